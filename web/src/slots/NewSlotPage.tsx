import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router-dom";

import { $api } from "../api/client";
import { Empty } from "../ui/Empty";
import { Listing } from "../ui/Listing";
import { useNotify } from "../ui/notify";
import { Page } from "../ui/Page";
import { newDraft, type Operation } from "./draft";
import { SlotTabs } from "./SlotTabs";
import { useSlotCache } from "./useSlotCache";

export default function NewSlotPage() {
  const { t } = useTranslation("slots");
  // words of the template pictures that the form says; loaded before it is shown
  useTranslation("templates");
  const navigate = useNavigate();
  const notify = useNotify();
  const cache = useSlotCache();
  const providers = $api.useQuery("get", "/api/v1/providers");
  return (
    <Page title={t("newSlot")}>
      <Listing asked={providers}>
        {({ items }) => {
          const first = items.find((provider) => provider.has_key) ?? items[0];
          if (!first) return <Empty title={t("noProvider.title")} text={t("noProvider.text")} />;
          const [operation] = Object.keys(first.manifest.operations);
          return (
            <SlotTabs slot={null} start={newDraft(first.manifest.name, operation as Operation)} providers={items}
              onSaved={(saved) => {
                void cache.put(saved);
                notify.done(t("created", { name: saved.name }));
                void navigate(`/slots/${saved.id}?tab=connect`, { replace: true });
              }} />
          );
        }}
      </Listing>
    </Page>
  );
}
