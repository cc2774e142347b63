import { Button, Group, NumberInput, Stack, Text } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { asProblem } from "../api/problem";
import { useMay } from "../session/session";
import { Failure } from "../ui/Failure";
import { useFaultAt } from "../ui/faultText";
import { useFormats } from "../ui/format";
import { useNotify } from "../ui/notify";
import type { Provider } from "./health";
import { changeOf, LIMITS, shownAs, type LimitName, type Typed } from "./limitFields";
import { ATTEMPTS, MICROS, useMoney } from "./money";
import { Section } from "./Section";
import { useRefreshProviders } from "./useProviders";

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

function useShownLimit(currency: string | undefined) {
  const { t } = useTranslation("providers");
  const formats = useFormats();
  const money = useMoney();
  return (limit: LimitName, value: number | null | undefined) => {
    if (value === null || value === undefined) return t("limits.none");
    return limit === "money_per_day" ? money(value, currency ?? ATTEMPTS) : formats.number(value);
  };
}

function LimitsForm({ provider: { manifest, set_limits }, etag }: { provider: Provider; etag: string }) {
  const { t } = useTranslation("providers");
  const [typed, setTyped] = useState<Typed>({});
  const notify = useNotify();
  const refresh = useRefreshProviders();
  const saving = $api.useMutation("patch", "/api/v1/providers/{name}/limits", {
    onSuccess: () => {
      setTyped({});
      notify.done(t("limits.saved"));
    },
    onSettled: refresh,
  });
  const problem = saving.error ? asProblem(saving.error) : null;
  const faultAt = useFaultAt(problem);
  const change = changeOf(typed, set_limits);
  const isChanged = Object.keys(change).length > 0;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate({ params: { path: { name: manifest.name }, header: { "If-Match": etag } }, body: change as Required<typeof change> });
  };
  const fields = LIMITS.filter((limit) => limit !== "money_per_day" || manifest.prices?.length);
  const hasFieldFaults = fields.some((limit) => faultAt(`/${limit}`));
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t("limits.note")}</Text>
        {fields.map((limit) => (
          <LimitField key={limit} limit={limit} provider={manifest} value={typed[limit] ?? shownAs(limit, set_limits[limit])} fault={faultAt(`/${limit}`, limit === "money_per_day" ? MICROS : 1)}
            onChange={(value) => setTyped({ ...typed, [limit]: value })} />
        ))}
        {problem && !hasFieldFaults && <Failure error={problem} />}
        <Group gap="xs">
          <Button type="submit" loading={saving.isPending} disabled={!isChanged}>
            {t("limits.save")}
          </Button>
          {isChanged && (
            <Button variant="default" onClick={() => setTyped({})}>
              {t("limits.undo")}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
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
