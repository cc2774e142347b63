import { Button, Group, Modal, NumberInput, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import type { Role, Schemas } from "../api/schema";
import { useSession } from "../session/session";
import { Failure } from "../ui/Failure";
import { RoleChoice } from "./RoleChoice";
import { useIdempotencyKey } from "./useIdempotencyKey";

const STANDARD_DAYS = 90;
const LONGEST_DAYS = 365;

interface Props {
  opened: boolean;
  onClose: () => void;
  onMade: (token: Schemas["TokenMade"]) => void;
}

/** A token may do no more than its owner, and ends after 1 to 365 days. */
export function CreateTokenDialog({ opened, onClose, onMade }: Props) {
  const { t } = useTranslation("people");
  const own = useSession().role;
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [isReadOnly, setIsReadOnly] = useState(true);
  const [days, setDays] = useState<number | string>(STANDARD_DAYS);
  const key = useIdempotencyKey();
  const creating = $api.useMutation("post", "/api/v1/tokens", {
    onSuccess: (token) => {
      close();
      onMade(token);
    },
    onError: key.onError,
  });
  const isWrong = Number(days) < 1 || Number(days) > LONGEST_DAYS;

  function close(): void {
    setName("");
    key.renew();
    creating.reset();
    onClose();
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isWrong) return;
    creating.mutate({ params: { header: key.header() }, body: { name, role, is_read_only: isReadOnly, expires_in_days: Number(days) } });
  };
  return (
    <Modal opened={opened} onClose={close} size="lg" title={t("tokens.create")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput data-autofocus label={t("tokens.name")} description={t("tokens.nameWhat")} required maxLength={64} autoComplete="off" value={name}
            onChange={(event) => setName(event.currentTarget.value)} />
          <RoleChoice label={t("role")} value={role} onChange={setRole} atMost={own} />
          <Switch label={t("tokens.readOnly")} description={t("tokens.readOnlyWhat")} checked={isReadOnly} onChange={(event) => setIsReadOnly(event.currentTarget.checked)} />
          <NumberInput label={t("tokens.days")} description={t("tokens.daysWhat")} value={days} onChange={setDays} min={1} max={LONGEST_DAYS} clampBehavior="none" allowDecimal={false} allowNegative={false}
            hideControls error={isWrong && t("tokens.daysWhat")} />
          <Text>{t("tokens.createText")}</Text>
          {creating.error && <Failure error={creating.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("common:cancel")}
            </Button>
            <Button type="submit" loading={creating.isPending}>
              {t("tokens.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
