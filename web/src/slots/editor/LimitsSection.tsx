import { NativeSelect, SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { ATTEMPTS, MICROS } from "../../providers/currency";
import { useFormats } from "../../ui/format";
import { RANGES, type Draft } from "../draft";
import { useFault, useSlotForm } from "./form";
import { NumberField } from "./NumberField";
import { Section } from "./Section";

const COUNTS = ["requests_per_minute", "requests_per_day", "images_per_minute", "concurrency"] as const;
const FORMATS = ["auto", "jpeg", "png"] as const;
const MEGABYTE = 1_000_000;

/** How much booths may send, and how much the providers are asked for on the slot's behalf. */
export function LimitsSection() {
  const { t } = useTranslation("slots");
  const formats = useFormats();
  const { draft, change, providers } = useSlotForm();
  const currency = providers.find(({ manifest }) => manifest.name === draft.provider)?.manifest.currency;
  const limit = (name: keyof Draft["limits"]) => (value: number | null) => change((now) => ({ limits: { ...now.limits, [name]: value } }));
  return (
    <Section title={t("section.limits")} text={t("section.limitsText")}>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <NumberField pointer="/max_upload_bytes" label={t("field.max_upload_bytes")} description={t("help.upTo", { value: formats.size(RANGES.max_upload_bytes.max) })}
          factor={MEGABYTE} unit={t("unit.megabytes")} isRequired value={draft.max_upload_bytes} onChange={(value) => change({ max_upload_bytes: value })} />
        <NumberField pointer="/max_in_flight" label={t("field.max_in_flight")} description={t("help.upTo", { value: formats.number(RANGES.max_in_flight.max) })} isRequired
          value={draft.max_in_flight} onChange={(value) => change({ max_in_flight: value })} />
        <NumberField pointer="/photos_per_minute" label={t("field.photos_per_minute")} description={t("help.noLimit")} value={draft.photos_per_minute}
          onChange={(value) => change({ photos_per_minute: value })} />
        {COUNTS.map((name) => (
          <NumberField key={name} pointer={`/limits/${name}`} label={t(`field.limits.${name}`)} description={t("help.noLimit")} value={draft.limits[name]} onChange={limit(name)} />
        ))}
        <NumberField pointer="/limits/money_per_day" label={t("field.limits.money_per_day")} description={t(currency === ATTEMPTS ? "help.attempts" : "help.noLimit")} factor={MICROS}
          {...(currency && currency !== ATTEMPTS && { unit: currency })} value={draft.limits.money_per_day} onChange={limit("money_per_day")} />
      </SimpleGrid>
    </Section>
  );
}

/** How the picture leaves. */
export function OutputSection() {
  const { t } = useTranslation("slots");
  const formats = useFormats();
  const { draft, change } = useSlotForm();
  const formatFault = useFault("/output/format");
  const set = (changes: Partial<Draft["output"]>) => change((now) => ({ output: { ...now.output, ...changes } }));
  return (
    <Section title={t("section.output")}>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <NativeSelect label={t("field.output.format")} description={t("help.format")} error={formatFault} value={draft.output.format}
          onChange={(event) => set({ format: event.currentTarget.value as Draft["output"]["format"] })} data={FORMATS.map((value) => ({ value, label: t(`format.${value}`) }))} />
        <NumberField pointer="/output/quality" label={t("field.output.quality")} description={t("help.quality", RANGES.quality)} isRequired value={draft.output.quality}
          onChange={(quality) => set({ quality })} />
        <NumberField pointer="/output/max_side" label={t("field.output.max_side")} unit={t("unit.pixels")} value={draft.output.max_side} onChange={(max_side) => set({ max_side })}
          description={t("help.max_side", { min: formats.number(RANGES.max_side.min), max: formats.number(RANGES.max_side.max) })} />
      </SimpleGrid>
    </Section>
  );
}
