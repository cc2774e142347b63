import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router-dom";

import { $api } from "../api/client";
import { CopyButton } from "../ui/CopyButton";
import { Listing } from "../ui/Listing";
import { useNotify } from "../ui/notify";
import { Page } from "../ui/Page";
import { draftOf } from "./draft";
import { SlotActions } from "./SlotActions";
import { SlotStateBadge } from "./SlotStateBadge";
import { SlotTabs } from "./SlotTabs";
import { useSlotCache } from "./useSlotCache";

/** As often somebody else's change is noticed: no event tells of it. */
const ASK_AGAIN_MS = 15_000;

export default function SlotPage() {
  const { t } = useTranslation("slots");
  // words of the template pictures that the form says; loaded before it is shown
  useTranslation("templates");
  const { id = "" } = useParams();
  const navigate = useNavigate();
  const notify = useNotify();
  const cache = useSlotCache();
  const asked = $api.useQuery("get", "/api/v1/slots/{id}", { params: { path: { id } } }, { refetchInterval: ASK_AGAIN_MS });
  const providers = $api.useQuery("get", "/api/v1/providers");
  const slot = asked.data;
  const actions = slot && (
    <>
      <SlotStateBadge state={slot.state} />
      <CopyButton value={slot.ingest_url} label={t("ingestLink")} />
      <SlotActions slot={slot} onDeleted={() => void navigate("/slots", { replace: true })} />
    </>
  );
  return (
    <Page title={slot?.name ?? id} actions={actions}>
      <Listing asked={asked}>
        {(current) => (
          <Listing asked={providers}>
            {({ items }) => (
              <SlotTabs key={current.id} slot={current} start={draftOf(current)} providers={items}
                onSaved={(saved) => {
                  void cache.put(saved);
                  notify.done(t("saved", { version: saved.version }));
                }} />
            )}
          </Listing>
        )}
      </Listing>
    </Page>
  );
}
