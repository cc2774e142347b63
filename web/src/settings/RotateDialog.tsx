import { Button, Group, Modal, NumberInput, PasswordInput, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { asProblem } from "../api/problem";
import type { Schemas } from "../api/schema";
import { Failure } from "../ui/Failure";
import { useFaultAt } from "../ui/faultText";
import { useNotify } from "../ui/notify";

const WEEK_MINUTES = 7 * 24 * 60;
const STANDARD_MINUTES = 60;

interface Props {
  opened: boolean;
  /** There is no password yet: nothing overlaps. */
  isFirst: boolean;
  onClose: () => void;
  onRotated: (rotated: Schemas["Rotated"]) => void;
}

/** Asks for how long the old password still serves; a new one is made unless one is typed in (8 to 128 characters). */
export function RotateDialog({ opened, isFirst, onClose, onRotated }: Props) {
  const { t } = useTranslation("settings");
  const notify = useNotify();
  const queries = useQueryClient();
  const [minutes, setMinutes] = useState<number | string>(STANDARD_MINUTES);
  const [own, setOwn] = useState("");
  const close = () => {
    setOwn("");
    rotating.reset();
    onClose();
  };
  const rotating = $api.useMutation("post", "/api/v1/settings/ingest-password", {
    onSuccess: async (rotated) => {
      close();
      if (rotated.password === null) notify.done(t("password.taken"));
      else onRotated(rotated);
      await queries.invalidateQueries({ queryKey: $api.queryOptions("get", "/api/v1/settings").queryKey });
    },
  });
  const isWrong = minutes === "" || Number(minutes) > WEEK_MINUTES;
  const fault = useFaultAt(rotating.error ? asProblem(rotating.error) : null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isWrong) rotating.mutate({ body: { overlap_minutes: Number(minutes), password: own || null } });
  };
  return (
    <Modal opened={opened} onClose={close} size="lg" title={t(isFirst ? "password.make" : "password.change")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={submit}>
        <Stack>
          {!isFirst && <Text>{t("password.before")}</Text>}
          {!isFirst && (
            <NumberInput data-autofocus label={t("password.overlap")} description={t("password.overlapWhat")} value={minutes} onChange={setMinutes} min={0} max={WEEK_MINUTES} clampBehavior="none"
              allowDecimal={false} allowNegative={false} hideControls error={isWrong ? t("outOfRange", { min: 0, max: WEEK_MINUTES }) : fault("/overlap_minutes")} />
          )}
          <PasswordInput label={t("password.own")} description={t("password.ownWhat")} value={own} onChange={(event) => setOwn(event.currentTarget.value)} minLength={8} maxLength={128}
            autoComplete="new-password" visibilityToggleButtonProps={{ "aria-label": t("common:session.showPassword") }} error={fault("/password")} />
          {rotating.error && <Failure error={rotating.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("common:cancel")}
            </Button>
            <Button type="submit" loading={rotating.isPending}>
              {t(isFirst ? "password.make" : "password.change")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
