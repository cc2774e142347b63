import { Badge, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import type { Schemas } from "../api/schema";
import { useConfirm } from "../ui/confirm";
import { useFormats } from "../ui/format";
import { Moment } from "../ui/Moment";
import { useNotify } from "../ui/notify";
import { programOf } from "./programName";

interface Props {
  session: Schemas["SessionListed"];
  withOwner: boolean;
  onEnded: () => void;
}

export function SessionRow({ session, withOwner, onEnded }: Props) {
  const { t } = useTranslation("people");
  const formats = useFormats();
  const confirm = useConfirm();
  const notify = useNotify();
  const program = useProgramText(session.user_agent);
  const { id, address } = session;
  const ending = $api.useMutation("delete", "/api/v1/sessions/{id}", { onSuccess: () => notify.done(t("sessions.ended")), onError: notify.failed, onSettled: onEnded });
  const end = async () => {
    const isSure = await confirm({ title: t("sessions.endTitle"), text: t("sessions.endText", { program, address }), action: t("sessions.end") });
    if (isSure) ending.mutate({ params: { path: { id } } });
  };
  return (
    <Paper withBorder p="sm" component="article" aria-label={`${program}, ${address}`}>
      <Group justify="space-between" gap="xs">
        <Stack gap={4} miw={0}>
          <Group gap="xs">
            <Text fw={600} title={session.user_agent}>
              {program}
            </Text>
            {session.is_this_one && <Badge variant="light">{t("sessions.thisOne")}</Badge>}
          </Group>
          {withOwner && <Text size="sm">{session.login}</Text>}
          <Text size="sm" className="number">
            {t("sessions.from", { address, moment: formats.moment(session.created_at) })}
          </Text>
          <Text size="sm">
            {t("lastUse")} <Moment at={session.last_used_at} />
          </Text>
        </Stack>
        {!session.is_this_one && (
          <Button variant="default" loading={ending.isPending} onClick={() => void end()} aria-label={t("sessions.endOne", { program, address })}>
            {t("sessions.end")}
          </Button>
        )}
      </Group>
    </Paper>
  );
}

/** "Chrome on Windows", or as much of it as is known. */
function useProgramText(userAgent: string): string {
  const { t } = useTranslation("people");
  const { program, system } = programOf(userAgent);
  if (program && system) return t("sessions.programOn", { program, system });
  return program ?? system ?? t("sessions.unknownProgram");
}
