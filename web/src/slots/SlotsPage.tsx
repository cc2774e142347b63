import { Button, Group, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconPhoto, IconPlus, IconSearch } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router-dom";

import { $api } from "../api/client";
import { useLiveEvents } from "../api/events";
import { useMay } from "../session/session";
import { Empty } from "../ui/Empty";
import { Listing } from "../ui/Listing";
import { Page } from "../ui/Page";
import { useTyped } from "../ui/useTyped";
import { lastResultQuery } from "./LastResult";
import { SlotCards } from "./SlotCards";
import { SlotFiles } from "./SlotFiles";
import { SlotTable } from "./SlotTable";
import { useFreshSuccess } from "./useSuccess";

/** States follow the clock, and no event tells of a changed slot. */
const ASK_AGAIN_MS = 15_000;

export default function SlotsPage() {
  const { t } = useTranslation("slots");
  const isAdmin = useMay("admin");
  const isWide = useMediaQuery("(min-width: 62em)", true, { getInitialValueInEffect: false });
  const [search, setSearch] = useSearchParams();
  const asked = $api.useQuery("get", "/api/v1/slots", {}, { refetchInterval: ASK_AGAIN_MS });
  useFreshSuccess();
  useFreshPictures();
  const { text: wanted, type } = useTyped(search.get("q") ?? "", (text) => setSearch(text ? { q: text } : {}, { replace: true }));
  const actions = (
    <>
      <Button component={Link} to="/templates" variant="default" leftSection={<IconPhoto size={18} aria-hidden />}>
        {t("templateMedia")}
      </Button>
      {isAdmin && <SlotFiles ids={asked.data?.items.map(({ id }) => id) ?? []} />}
      {isAdmin && (
        <Button component={Link} to="/slots/new" leftSection={<IconPlus size={18} aria-hidden />}>
          {t("newSlot")}
        </Button>
      )}
    </>
  );
  return (
    <Page title={t("common:nav.slots")} actions={actions}>
      <Group>
        <TextInput aria-label={t("search")} placeholder={t("search")} type="search" leftSection={<IconSearch size={18} aria-hidden />} value={wanted} style={{ flex: "1 1 240px", maxWidth: 480 }}
          onChange={(event) => type(event.currentTarget.value)} />
      </Group>
      <Listing asked={asked}>
        {({ items }) => {
          const found = items.filter((slot) => [slot.name, slot.id, slot.provider].some((text) => text.toLowerCase().includes(wanted.trim().toLowerCase())));
          if (items.length === 0) return <NoSlots />;
          if (found.length === 0) return <Empty title={t("nothingFound.title")} text={t("nothingFound.text", { wanted })} />;
          return isWide ? <SlotTable slots={found} /> : <SlotCards slots={found} />;
        }}
      </Listing>
    </Page>
  );
}

function NoSlots() {
  const { t } = useTranslation("slots");
  const isAdmin = useMay("admin");
  return (
    <Empty title={t("empty.title")} text={t(isAdmin ? "empty.text" : "empty.textOthers")}>
      {isAdmin && (
        <Button component={Link} to="/slots/new">
          {t("empty.action")}
        </Button>
      )}
    </Empty>
  );
}

/** Each new picture renews that of its slot. */
function useFreshPictures(): void {
  const queryClient = useQueryClient();
  useLiveEvents(({ kind, slot_id: id }) => {
    if (kind === "result" && id) void queryClient.invalidateQueries({ queryKey: $api.queryOptions("get", "/api/v1/results", lastResultQuery(id)).queryKey });
    if (kind === "reset") void queryClient.invalidateQueries({ queryKey: ["get", "/api/v1/results"] });
  });
}
