import { Badge, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import type { Schemas } from "../api/schema";
import { useConfirm } from "../ui/confirm";
import { useFormats } from "../ui/format";
import { Moment } from "../ui/Moment";
import { useNotify } from "../ui/notify";

interface Props {
  token: Schemas["TokenShown"];
  withOwner: boolean;
  onRevoked: () => void;
}

export function TokenRow({ token, withOwner, onRevoked }: Props) {
  const { t } = useTranslation("people");
  const formats = useFormats();
  const confirm = useConfirm();
  const notify = useNotify();
  const { id, name } = token;
  const [now] = useState(Date.now);
  const hasExpired = Date.parse(token.expires_at) <= now;
  const revoking = $api.useMutation("delete", "/api/v1/tokens/{id}", {
    onSuccess: () => notify.done(t("tokens.revoked", { name })),
    onError: notify.failed,
    onSettled: onRevoked,
  });
  const revoke = async () => {
    const isSure = await confirm({ title: t("tokens.revokeTitle", { name }), text: t("tokens.revokeText"), action: t("tokens.revoke") });
    if (isSure) revoking.mutate({ params: { path: { id } } });
  };
  return (
    <Paper withBorder p="sm" component="article" aria-label={name}>
      <Group justify="space-between" gap="xs">
        <Stack gap={4} miw={0}>
          <Group gap="xs">
            <Text fw={600} style={{ overflowWrap: "anywhere" }}>
              {name}
            </Text>
            <Badge variant="light" autoContrast>
              {t(`common:role.${token.role}`)}
            </Badge>
            {token.is_read_only && (
              <Badge variant="default">
                {t("tokens.readOnly")}
              </Badge>
            )}
            {hasExpired && <Badge color="gray" variant="dot">{t("tokens.expired")}</Badge>}
          </Group>
          {withOwner && <Text size="sm">{t("tokens.owner", { login: token.login })}</Text>}
          <Text size="sm">
            {t(hasExpired ? "tokens.expiredAt" : "tokens.expires", { moment: formats.moment(token.expires_at) })} (<Moment at={token.expires_at} isAhead />)
          </Text>
          <Text size="sm">
            {token.last_used_at ? (
              <>
                {t("lastUse")} <Moment at={token.last_used_at} />
              </>
            ) : (
              t("tokens.neverUsed")
            )}
          </Text>
        </Stack>
        {!hasExpired && (
          <Button variant="default" loading={revoking.isPending} onClick={() => void revoke()} aria-label={t("tokens.revokeOne", { name })}>
            {t("tokens.revoke")}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
