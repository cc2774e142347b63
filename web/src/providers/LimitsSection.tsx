import { Button, Group, NumberInput, Stack, Text } from "@mantine/core";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { useMay } from "../session/session";
import type { Choices, Difference } from "../ui/conflict";
import { ConflictDialog } from "../ui/ConflictDialog";
import { Failure } from "../ui/Failure";
import { useFaultAt } from "../ui/faultText";
import { MICROS } from "./currency";
import type { Provider } from "./health";
import { LIMITS, shownAs, type LimitName } from "./limitFields";
import { Section } from "./Section";
import { useLimitsForm } from "./useLimitsForm";
import { useShownLimit } from "./useShownLimit";

/** How much the provider may be asked for; an empty field is its manifest's own limit. */
export function LimitsSection({ provider, etag }: { provider: Provider; etag: string }) {
  const { t } = useTranslation("providers");
  const mayChange = useMay("admin");
  return (
    <Section title={t("section.limits")}>
      {mayChange ? <LimitsForm provider={provider} etag={etag} /> : <LimitsList provider={provider} />}
    </Section>
  );
}

function LimitsList({ provider: { limits, manifest } }: { provider: Provider }) {
  const { t } = useTranslation("providers");
  const shown = useShownLimit(manifest.currency);
  return LIMITS.map((limit) => (
    <Text key={limit}>
      {t(`limit.${limit}`)}: <b>{shown(limit, limits[limit])}</b>
    </Text>
  ));
}

function LimitsForm({ provider, etag }: { provider: Provider; etag: string }) {
  const { t } = useTranslation("providers");
  const { manifest } = provider;
  const form = useLimitsForm(provider, etag);
  const faultAt = useFaultAt(form.problem);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    form.save();
  };
  const fields = LIMITS.filter((limit) => limit !== "money_per_day" || manifest.prices?.length);
  const hasFieldFaults = fields.some((limit) => faultAt(`/${limit}`));
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t("limits.note")}</Text>
        {fields.map((limit) => (
          <LimitField key={limit} limit={limit} provider={manifest} value={form.valueOf(limit)} fault={faultAt(`/${limit}`, limit === "money_per_day" ? MICROS : 1)}
            onChange={(value) => form.type(limit, value)} />
        ))}
        {form.problem && !hasFieldFaults && <Failure error={form.problem} />}
        <Group gap="xs">
          <Button type="submit" loading={form.isSaving} disabled={!form.isChanged}>
            {t("limits.save")}
          </Button>
          {form.isChanged && (
            <Button variant="default" onClick={form.startAnew}>
              {t("limits.undo")}
            </Button>
          )}
        </Group>
      </Stack>
      {form.conflict && <LimitsConflict found={form.conflict} currency={manifest.currency} onResolve={form.resolve} onClose={form.putOff} />}
    </form>
  );
}

interface ConflictProps {
  found: readonly Difference<number | null | undefined>[];
  currency: string | undefined;
  onResolve: (choices: Choices) => void;
  onClose: () => void;
}

function LimitsConflict({ found, currency, onResolve, onClose }: ConflictProps) {
  const { t } = useTranslation("providers");
  const shown = useShownLimit(currency);
  const told = (limit: string, value: number | null | undefined) => (value === null || value === undefined ? t("limits.ofProvider") : shown(limit as LimitName, value));
  const rows = found.map(({ field, mine, theirs, suggested }) => ({ field, suggested, label: t(`limit.${field}`), mine: told(field, mine), theirs: told(field, theirs) }));
  return <ConflictDialog rows={rows} onResolve={onResolve} onClose={onClose} />;
}

interface FieldProps {
  limit: LimitName;
  provider: Provider["manifest"];
  value: number | string;
  fault: string | undefined;
  onChange: (value: number | string) => void;
}

function LimitField({ limit, provider, value, fault, onChange }: FieldProps) {
  const { t, i18n } = useTranslation("providers");
  const shown = useShownLimit(provider.currency);
  const own = provider[limit];
  const isMoney = limit === "money_per_day";
  return (
    <NumberInput label={isMoney ? t("limits.moneyIn", { currency: t([`currency.${provider.currency}`, "currency.other"], { code: provider.currency }) }) : t(`limit.${limit}`)}
      description={own === null || own === undefined ? t("limits.ownNone") : t("limits.own", { limit: shown(limit, own) })} placeholder={String(shownAs(limit, own) || t("limits.none"))}
      value={value} onChange={onChange} error={fault} min={0} allowNegative={false} allowDecimal={isMoney} decimalScale={isMoney ? 6 : 0} hideControls
      decimalSeparator={i18n.language === "ru" ? "," : "."} thousandSeparator=" " maw={420} />
  );
}
