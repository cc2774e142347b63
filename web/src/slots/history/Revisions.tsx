import { Button, Group, Stack, Title } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../api/client";
import type { Schemas } from "../../api/schema";
import { useMay } from "../../session/session";
import { Listing } from "../../ui/Listing";
import { Comparison } from "./Comparison";
import { RevisionRow } from "./RevisionRow";
import { RollbackFailure } from "./RollbackFailure";
import { useRollback } from "./useRollback";

type SlotShown = Schemas["SlotShown"];

interface Props {
  slot: SlotShown;
  /** Gets the slot as it is after a version was brought back, and says that it is saved. */
  onRolledBack: (slot: SlotShown) => void;
}

const PAGE = 10;

/** Every version of a slot: who saved it, when, and what it changed; any two compared; the way back to one. */
export function Revisions({ slot, onRolledBack }: Props) {
  const { t } = useTranslation("history");
  const isAdmin = useMay("admin");
  const asked = useRevisions(slot);
  const [compared, setCompared] = useState<{ from: number; to: number } | null>(null);
  const comparison = useRef<HTMLHeadingElement>(null);
  const queryClient = useQueryClient();
  const rollback = useRollback(slot, (saved) => {
    setCompared(null);
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith("/api/v1/slots") });
    onRolledBack(saved);
  });

  const compareWithNow = (number: number) => {
    setCompared({ from: number, to: slot.version });
    comparison.current?.focus();
  };
  return (
    <Listing asked={asked}>
      {({ pages }) => {
        const revisions = pages.flatMap(({ items }) => items);
        const [newest, second] = revisions;
        return (
          <Stack gap="md">
            {isAdmin && newest && second && (
              <>
                <Title order={2} size="h4" ref={comparison} tabIndex={-1}>
                  {t("compare.title")}
                </Title>
                <Comparison slotId={slot.id} revisions={revisions} between={compared ?? { from: second.number, to: newest.number }} onChoose={setCompared} />
              </>
            )}
            <RollbackFailure rollback={rollback} />
            <Title order={2} size="h4">
              {t("title")}
            </Title>
            <Stack component="ol" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
              {revisions.map((revision, place) => (
                <RevisionRow key={revision.number} slot={slot} revision={revision} before={revisions[place + 1]?.number ?? revision.number - 1}
                  onCompare={() => compareWithNow(revision.number)} onRollBack={() => void rollback.ask(revision.number)} isRollingBack={rollback.isRunning} />
              ))}
            </Stack>
            {asked.hasNextPage && (
              <Group>
                <Button variant="default" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                  {t("more")}
                </Button>
              </Group>
            )}
          </Stack>
        );
      }}
    </Listing>
  );
}

function useRevisions({ id, version }: SlotShown) {
  return useInfiniteQuery({
    // a version that is saved meanwhile is another list
    queryKey: ["get", "/api/v1/slots/{id}/revisions", id, version],
    initialPageParam: null as number | null,
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      const { data } = await api.GET("/api/v1/slots/{id}/revisions", { params: { path: { id }, query }, signal });
      return data ?? { items: [], next_cursor: null };
    },
    getNextPageParam: ({ next_cursor }) => (next_cursor === null ? null : Number(next_cursor)),
  });
}
