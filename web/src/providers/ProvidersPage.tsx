import { Anchor, Group, Paper, SimpleGrid, Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import { Empty } from "../ui/Empty";
import { Listing } from "../ui/Listing";
import { LiveBadge } from "../ui/LiveBadge";
import { Page, RowsSkeleton } from "../ui/Page";
import { HealthBadge } from "./HealthBadge";
import { Hindrances } from "./Hindrances";
import { KeyLine } from "./KeyLine";
import { LastHour } from "./LastHour";
import { PauseButton, PauseLine } from "./PauseLine";
import { QuotaBars } from "./QuotaBars";
import { useProviderNews, useProviders } from "./useProviders";
import type { Provider } from "./health";

/** Every provider: how it is, what is left of it, how fast it answers. */
export default function ProvidersPage() {
  const { t } = useTranslation("providers");
  const asked = useProviders();
  useProviderNews();
  return (
    <Page title={t("common:nav.providers")} actions={<LiveBadge />}>
      <Listing asked={asked} skeleton={<RowsSkeleton rows={2} height={320} />}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("empty.title")} text={t("empty.text")} />
          ) : (
            <SimpleGrid cols={{ base: 1, lg: 2 }}>
              {items.map((provider) => (
                <ProviderCard key={provider.manifest.name} provider={provider} />
              ))}
            </SimpleGrid>
          )
        }
      </Listing>
    </Page>
  );
}

function ProviderCard({ provider }: { provider: Provider }) {
  const { name, title } = provider.manifest;
  const heading = `provider-${name}`;
  return (
    <Paper withBorder p="md" component="article" aria-labelledby={heading}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h3" id={heading}>
            <Anchor component={Link} to={`/providers/${name}`} inherit style={{ display: "inline-block", minHeight: 44, lineHeight: "44px" }}>
              {title}
            </Anchor>
          </Title>
          <HealthBadge provider={provider} />
        </Group>
        <PauseLine provider={provider} />
        <Hindrances provider={provider} />
        <KeyLine provider={provider} />
        <LastHour name={name} />
        <QuotaBars name={name} />
        <PauseButton provider={provider} />
      </Stack>
    </Paper>
  );
}
