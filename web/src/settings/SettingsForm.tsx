import { Button, Group, Paper, Stack, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { asProblem } from "../api/problem";
import { ConflictDialog } from "../ui/ConflictDialog";
import { Failure } from "../ui/Failure";
import { useFaultAt } from "../ui/faultText";
import { useLeaveGuard } from "../ui/useLeaveGuard";
import { ALL_FIELDS, changesOf, FIELDS, GROUPS, isValid, shown, type SettingField, type Settings, type Typed } from "./fields";
import { SettingInput } from "./SettingInput";
import { useConflictRows } from "./useConflictRows";
import { useSaving } from "./useSaving";

interface Props {
  latest: Settings;
  mayChange: boolean;
}

/**
 * The form of all settings. What is typed belongs to the version that was there when typing began: a change by somebody
 * else meanwhile is told when saving, and nothing typed is lost.
 */
export function SettingsForm({ latest, mayChange }: Props) {
  const { t } = useTranslation("settings");
  const [typed, setTyped] = useState<Typed>({});
  const [begunOn, setBegunOn] = useState<Settings | null>(null);
  const base = begunOn ?? latest;
  const changes = changesOf(typed, base);
  const isDirty = Object.keys(changes).length > 0;
  const valueOf = (field: SettingField) => typed[field.name] ?? shown(field, base[field.name]);
  const isWrong = ALL_FIELDS.some((field) => !isValid(field, valueOf(field)));
  useLeaveGuard(isDirty);

  const startAnew = () => {
    setTyped({});
    setBegunOn(null);
  };
  const { saving, save, conflict, resolve, putOff } = useSaving(base, changes, startAnew);
  const conflictRows = useConflictRows(conflict ?? []);
  const problem = saving.error ? asProblem(saving.error) : null;
  const faultAt = useFaultAt(problem);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isDirty && !isWrong) save();
  };
  const type = (field: SettingField, value: number | string) => {
    setBegunOn(base);
    setTyped({ ...typed, [field.name]: value });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {GROUPS.map((group) => (
          <Paper key={group} withBorder p="md">
            <Stack>
              <Title order={2} size="h4">
                {t(`group.${group}`)}
              </Title>
              {FIELDS[group].map((field) => (
                <SettingInput key={field.name} field={field} value={valueOf(field)} fault={faultAt(`/${field.name}`, field.scale)} isReadOnly={!mayChange} onChange={(value) => type(field, value)} />
              ))}
            </Stack>
          </Paper>
        ))}
        {problem && !conflict && <Failure error={problem} />}
        {mayChange && (
          <Group gap="xs">
            <Button type="submit" loading={saving.isPending} disabled={!isDirty || isWrong}>
              {t("common:save")}
            </Button>
            <Button variant="default" onClick={startAnew} disabled={Object.keys(typed).length === 0}>
              {t("discard")}
            </Button>
          </Group>
        )}
      </Stack>
      {conflict && <ConflictDialog rows={conflictRows} onResolve={resolve} onClose={putOff} />}
    </form>
  );
}
