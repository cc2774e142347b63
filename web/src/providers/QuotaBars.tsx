import { Group, Progress, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";
import { useMoney } from "./money";
import { useQuotas } from "./useProviders";

type Quota = Schemas["QuotaShown"];

const ALMOST_GONE = 0.9;
const MUCH = 0.75;

/** What is used and left of each limit of a provider, and until when it lasts. */
export function QuotaBars({ name }: { name: string }) {
  const { t } = useTranslation("providers");
  const asked = useQuotas();
  if (!asked.data) return <Text c="dimmed">{t(asked.isPending ? "common:loading" : "quota.unknown")}</Text>;
  const own = asked.data.quotas.filter(({ provider, slot_id }) => provider === name && slot_id === null);
  return (
    <Stack gap="sm">
      {own.length === 0 && <Text>{t("quota.none")}</Text>}
      {own.map((quota) => (
        <QuotaBar key={quota.limit} quota={quota} />
      ))}
      <Pace pace={asked.data.paces.find(({ provider, slot_id }) => provider === name && slot_id === null)} />
    </Stack>
  );
}

function QuotaBar({ quota: { limit, allowed, used, left, currency, resets_at, lasts_until } }: { quota: Quota }) {
  const { t } = useTranslation("providers");
  const formats = useFormats();
  const money = useMoney();
  const amount = (value: number) => (currency ? money(value, currency) : formats.number(value));
  const share = Math.min(1, used / allowed);
  const label = t(`limit.${limit}`);
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {label}
        </Text>
        <Text size="sm" className="number">
          {t("quota.used", { used: amount(used), allowed: amount(allowed) })}
        </Text>
      </Group>
      <Progress value={share * 100} aria-label={label} color={share >= ALMOST_GONE ? "red" : share >= MUCH ? "orange" : "booth"} size="lg" />
      <Text size="sm" mt={4}>
        {t("quota.left", { left: amount(left) })} {left === 0 && resets_at && t("quota.gone")}
        {left > 0 && lasts_until && t("quota.lasts", { time: formats.moment(lasts_until) })}
        {left > 0 && resets_at && !lasts_until && t("quota.enough")} {resets_at && t("quota.resets", { time: formats.moment(resets_at) })}
      </Text>
    </div>
  );
}

function Pace({ pace }: { pace: Schemas["PaceShown"] | undefined }) {
  const { t } = useTranslation("providers");
  const money = useMoney();
  if (!pace || pace.calls_last_hour === 0) return null;
  return (
    <Text size="sm">
      {t("quota.pace", { count: pace.calls_last_hour, cost: money(pace.cost_micros_last_hour, pace.currency) })}
    </Text>
  );
}
