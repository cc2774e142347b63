import { Button, Group, Stack, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { useConfirm } from "../ui/confirm";
import { Listing } from "../ui/Listing";
import { useNotify } from "../ui/notify";
import { RowsSkeleton } from "../ui/Page";
import { MoreButton } from "./MoreButton";
import { BY_CURSOR, itemsOf } from "./pages";
import { SessionRow } from "./SessionRow";
import { WhoseChoice } from "./WhoseChoice";

/** Where one is logged in, for administrators where everybody is, and how to end it. */
export function Sessions() {
  const { t } = useTranslation("people");
  const queries = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const [isEverybody, setIsEverybody] = useState(false);
  const asked = $api.useInfiniteQuery("get", "/api/v1/sessions", { params: { query: { everybody: isEverybody } } }, BY_CURSOR);
  const refresh = () => void queries.invalidateQueries({ queryKey: ["get", "/api/v1/sessions"] });
  const ending = $api.useMutation("delete", "/api/v1/sessions", {
    onSuccess: () => notify.done(t("sessions.othersEnded")),
    onError: notify.failed,
    onSettled: refresh,
  });
  const endOthers = async () => {
    const isSure = await confirm({ title: t("sessions.endOthersTitle"), text: t("sessions.endOthersText"), action: t("sessions.endOthers") });
    if (isSure) ending.mutate({});
  };
  return (
    <Stack component="section" aria-label={t("sessions.title")}>
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4">
          {t("sessions.title")}
        </Title>
        <Group gap="xs">
          <WhoseChoice label={t("sessions.whose")} isEverybody={isEverybody} onChange={setIsEverybody} />
          <Button variant="default" loading={ending.isPending} onClick={() => void endOthers()}>
            {t("sessions.endOthers")}
          </Button>
        </Group>
      </Group>
      <Listing asked={asked} skeleton={<RowsSkeleton rows={3} height={84} />}>
        {(data) => (
          <Stack gap="xs">
            {itemsOf(data).map((session) => (
              <SessionRow key={session.id} session={session} withOwner={isEverybody} onEnded={refresh} />
            ))}
            <MoreButton asked={asked} />
          </Stack>
        )}
      </Listing>
    </Stack>
  );
}
