import { Alert, Button, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../../api/client";
import type { Schemas } from "../../api/schema";
import { Failure } from "../../ui/Failure";
import { RowsSkeleton } from "../../ui/Page";
import { OUTLOOKS } from "./outlooks";
import { useRefreshLetters } from "./useLetters";

/** Letters by name, or the newest ones that a filter finds. */
export type Choice = { ids: string[] } | { filter: Schemas["LetterSelection"] };

interface Props {
  choice: Choice;
  onClose: () => void;
}

/** Tells what a replay would do to each letter, and does it when asked to. */
export function ReplayWindow({ choice, onClose }: Props) {
  const { t } = useTranslation("operations");
  const refresh = useRefreshLetters();
  const trying = $api.useMutation("post", "/api/v1/dead-letters/replay");
  const doing = $api.useMutation("post", "/api/v1/dead-letters/replay", { onSettled: refresh });
  const { mutate: look } = trying;
  useEffect(() => look({ body: { ...choice, dry_run: true } }), [choice, look]);

  const preview = trying.data;
  const count = preview?.counts["can_be_replayed"] ?? 0;
  const replayed = doing.data?.counts["replayed"] ?? 0;
  return (
    <Modal opened onClose={onClose} size="lg" title={t("replay.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack aria-live="polite">
        {!preview && !trying.error && <RowsSkeleton rows={3} />}
        {trying.error && <Failure error={trying.error} onRetry={() => look({ body: { ...choice, dry_run: true } })} />}
        {preview && !doing.data && (
          <>
            <Text>{t(count > 0 ? "replay.would" : "replay.wouldNothing")}</Text>
            <Report report={preview} />
          </>
        )}
        {doing.error && <Failure error={doing.error} />}
        {doing.data && (
          <Alert color="green" title={t("replay.done", { count: replayed })}>
            <Report report={doing.data} />
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common:close")}
          </Button>
          {count > 0 && !doing.data && (
            <Button loading={doing.isPending} onClick={() => doing.mutate({ body: { ...choice, dry_run: false } })}>
              {t("replay.do", { count })}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

function Report({ report: { items, counts, has_more } }: { report: Schemas["ReplayReport"] }) {
  const { t } = useTranslation("operations");
  return (
    <Stack gap="xs">
      <List size="sm">
        {OUTLOOKS.filter((outlook) => counts[outlook]).map((outlook) => (
          <List.Item key={outlook}>{t("replay.counted", { count: counts[outlook] ?? 0, outlook: t(`outlook.${outlook}`) })}</List.Item>
        ))}
        {items.length === 0 && <List.Item>{t("replay.nothing")}</List.Item>}
      </List>
      {items.length > 0 && (
        <details>
          <Text component="summary" size="sm" style={{ cursor: "pointer", minHeight: 44, alignContent: "center" }}>
            {t("replay.each")}
          </Text>
          <List size="sm">
            {items.map(({ id, job_id, result, detail }) => (
              <List.Item key={id}>
                {t("replay.one", { id: id.slice(0, 8), photo: job_id ? t("letters.photo", { id: job_id.slice(0, 8) }) : t("replay.noPhoto"), outlook: t(`outlook.${result}`, { defaultValue: detail }) })}
              </List.Item>
            ))}
          </List>
        </details>
      )}
      {has_more && <Text size="sm">{t("replay.more")}</Text>}
    </Stack>
  );
}
