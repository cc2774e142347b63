import { Anchor, Button, Group, Paper, Progress, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import type { Schemas } from "../api/schema";
import { isPaused } from "../providers/health";
import { HealthBadge } from "../providers/HealthBadge";
import { useMoney } from "../providers/money";
import { useMay } from "../session/session";
import { useFormats } from "../ui/format";
import { usePauseProvider } from "./pauseProvider";
import { usedProviders } from "./providersNow";
import type { Seen } from "./trafficLight";
import { WRAPS } from "./wraps";

/** How the slots' providers are, and what is left of their limits. */
export function ProvidersSection({ seen }: { seen: Seen }) {
  const { t } = useTranslation("today");
  const used = usedProviders(seen.slots);
  const shown = seen.providers.filter(({ manifest }) => used.includes(manifest.name));
  if (shown.length === 0) return null;
  return (
    <section aria-labelledby="providers-now">
      <Title order={2} size="h3" mb="xs" id="providers-now">
        {t("common:nav.providers")}
      </Title>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xs">
        {shown.map((provider) => (
          <ProviderCard key={provider.manifest.name} provider={provider} seen={seen} />
        ))}
      </SimpleGrid>
    </section>
  );
}

function ProviderCard({ provider, seen }: { provider: Schemas["ProviderShown"]; seen: Seen }) {
  const { t } = useTranslation("today");
  const pauseProvider = usePauseProvider(seen);
  const mayPause = useMay("operator") && !isPaused(provider);
  const { name, title } = provider.manifest;
  const quotas = seen.quotas.filter((quota) => quota.provider === name && quota.slot_id === null);
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group justify="space-between">
          <Anchor component={Link} to={`/providers/${name}`} fw={700} fz="lg">
            {title}
          </Anchor>
          <HealthBadge provider={provider} />
        </Group>
        {quotas.map((quota) => (
          <QuotaLeft key={quota.limit} quota={quota} />
        ))}
        {quotas.length === 0 && <Text>{t("providers.noLimits")}</Text>}
        {mayPause && (
          <Button {...WRAPS} variant="default" w="fit-content" onClick={() => void pauseProvider(name)}>
            {t("providers.pause", { provider: title })}
          </Button>
        )}
      </Stack>
    </Paper>
  );
}

function QuotaLeft({ quota: { limit, allowed, left, currency, lasts_until: lastsUntil } }: { quota: Schemas["QuotaShown"] }) {
  const { t } = useTranslation("today");
  const formats = useFormats();
  const money = useMoney();
  const amount = (value: number) => (currency ? money(value, currency) : formats.number(value));
  const label = t(`providers.limit.${limit}`);
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text fw={600}>{label}</Text>
        <Text className="number">{t("providers.left", { left: amount(left), allowed: amount(allowed) })}</Text>
      </Group>
      <Progress value={allowed > 0 ? (100 * left) / allowed : 0} aria-label={label} size="lg" color={left > allowed * 0.1 ? "booth" : "red"} />
      {lastsUntil && <Text size="sm">{t("providers.lastsUntil", { time: formats.moment(lastsUntil) })}</Text>}
    </div>
  );
}
