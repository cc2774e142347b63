import { Button, Checkbox, Group, Input, NumberInput, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { $api, newIdempotencyKey } from "../api/client";
import { asProblem } from "../api/problem";
import { Failure } from "../ui/Failure";
import { useFaultText } from "../ui/faultText";
import type { EventGallery } from "./eventGalleries";
import { momentOf } from "./filter";

/** As the API bounds them. */
const [MIN_MINUTES, MAX_MINUTES, DEFAULT_MINUTES] = [1, 720, 15];
const PRESETS = [15, 60, 180, 360];
const [MIN_PASSCODE, MAX_PASSCODE] = [6, 64];
const FIELDS: Record<string, string> = { "/title": "title", "/minutes": "minutes", "/since": "since", "/passcode": "passcode" };

interface Props {
  slots: readonly { id: string; name: string }[];
  /** What an earlier one had. */
  like: EventGallery | null;
  onOpened: (gallery: EventGallery, passcode: string) => void;
}

export function OpenGalleryForm({ slots, like, onOpened }: Props) {
  const { t } = useTranslation("events");
  const faultText = useFaultText();
  const [key, setKey] = useState(newIdempotencyKey);
  const form = useForm({
    initialValues: {
      title: like?.title ?? "", minutes: DEFAULT_MINUTES as number | string, since: "", passcode: "",
      slotIds: slots.filter(({ id }) => like?.slot_ids.includes(id) ?? slots.length === 1).map(({ id }) => id),
    },
    validate: {
      slotIds: (chosen) => (chosen.length === 0 ? t("form.slotsMissing") : null),
      minutes: (minutes) => (isMinutes(Number(minutes)) ? null : t("form.minutesWrong", { from: MIN_MINUTES, to: MAX_MINUTES })),
      passcode: (passcode) => (passcode !== "" && passcode.trim().length < MIN_PASSCODE ? t("form.passcodeShort", { count: MIN_PASSCODE }) : null),
    },
  });
  const opening = $api.useMutation("post", "/api/v1/event-galleries", {
    onSuccess: (gallery) => onOpened(gallery, form.values.passcode.trim()),
    onError: (error) => {
      // what may have arrived is sent again as the same; what was refused is corrected and another
      if (asProblem(error).code !== "offline") setKey(newIdempotencyKey());
      form.setErrors(Object.fromEntries(asProblem(error).faults.map((fault) => [FIELDS[fault.pointer] ?? "slotIds", faultText(fault)])));
    },
  });
  const submit = form.onSubmit(({ title, slotIds, minutes, since, passcode }) => {
    const optional = { ...(since && { since: momentOf(since) }), ...(passcode && { passcode: passcode.trim() }) };
    opening.mutate({ params: { header: { "Idempotency-Key": key } }, body: { title: title.trim(), slot_ids: slotIds, minutes: Number(minutes), ...optional } });
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{t("guestsSee")}</Text>
        <Checkbox.Group label={t("form.slots")} description={t("form.slotsNote")} withAsterisk {...form.getInputProps("slotIds")}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing={0} mah={240} style={{ overflowY: "auto" }} mt="xs">
            {slots.map(({ id, name }) => (
              <Checkbox key={id} value={id} label={name} size="md" styles={{ body: { minHeight: 44, alignItems: "center" } }} />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
        <Minutes value={form.values.minutes} error={form.errors["minutes"]} onChange={(minutes) => form.setFieldValue("minutes", minutes)} />
        <TextInput label={t("form.title")} description={t("form.titleNote")} maxLength={120} {...form.getInputProps("title")} />
        <TextInput label={t("form.passcode")} description={t("form.passcodeNote")} maxLength={MAX_PASSCODE} autoComplete="off" spellCheck={false} {...form.getInputProps("passcode")} />
        <TextInput type="datetime-local" label={t("form.since")} description={t("form.sinceNote")} {...form.getInputProps("since")} />
        {opening.error && <Failure error={opening.error} />}
        <Button type="submit" loading={opening.isPending}>
          {t("form.do")}
        </Button>
      </Stack>
    </form>
  );
}

interface MinutesProps {
  value: number | string;
  error: ReactNode;
  onChange: (minutes: number | string) => void;
}

function Minutes({ value, error, onChange }: MinutesProps) {
  const { t } = useTranslation("events");
  return (
    <Input.Wrapper label={t("form.minutes")} labelElement="div" description={t("form.minutesNote")}>
      <Group gap="xs" mt="xs" align="start">
        {PRESETS.map((minutes) => (
          <Button key={minutes} px="sm" variant={Number(value) === minutes ? "filled" : "default"} aria-pressed={Number(value) === minutes} onClick={() => onChange(minutes)}>
            {minutes < 60 ? t("form.presetMinutes", { count: minutes }) : t("form.presetHours", { count: minutes / 60 })}
          </Button>
        ))}
        <NumberInput aria-label={t("form.minutes")} min={MIN_MINUTES} max={MAX_MINUTES} allowDecimal={false} hideControls w={90} value={value} error={error} onChange={onChange} />
      </Group>
    </Input.Wrapper>
  );
}

function isMinutes(minutes: number): boolean {
  return Number.isInteger(minutes) && minutes >= MIN_MINUTES && minutes <= MAX_MINUTES;
}
