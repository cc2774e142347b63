import { SimpleGrid, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router-dom";

import { Listing } from "../ui/Listing";
import { LiveBadge } from "../ui/LiveBadge";
import { Page, RowsSkeleton } from "../ui/Page";
import { BreakerButtons } from "./BreakerButtons";
import { HealthBadge } from "./HealthBadge";
import { Hindrances } from "./Hindrances";
import { KeySection } from "./KeySection";
import { LastHour } from "./LastHour";
import { LimitsSection } from "./LimitsSection";
import { ManifestSection } from "./ManifestSection";
import { PauseButton, PauseLine } from "./PauseLine";
import { PricesSection } from "./PricesSection";
import { QuotaBars } from "./QuotaBars";
import { Section } from "./Section";
import { useProvider, useProviderNews } from "./useProviders";

/** One provider: how it is, its key, limits and prices, what it can do. */
export default function ProviderPage() {
  const { t } = useTranslation("providers");
  const { name = "" } = useParams();
  const asked = useProvider(name);
  useProviderNews();
  return (
    <Page title={asked.data?.provider.manifest.title ?? t("common:nav.providers")} actions={<LiveBadge />}>
      <Listing asked={asked} skeleton={<RowsSkeleton rows={3} height={220} />}>
        {({ provider, etag }) => (
          <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: "start" }}>
            <Stack>
              <Section title={t("section.health")}>
                <HealthBadge provider={provider} />
                <PauseLine provider={provider} />
                <Hindrances provider={provider} />
                <PauseButton provider={provider} />
                <BreakerButtons provider={provider} />
              </Section>
              <Section title={t("section.hour")}>
                <LastHour name={name} />
                <QuotaBars name={name} />
              </Section>
              <ManifestSection provider={provider} />
            </Stack>
            <Stack>
              <KeySection provider={provider} />
              <LimitsSection key={name} provider={provider} etag={etag} />
              <PricesSection name={name} />
            </Stack>
          </SimpleGrid>
        )}
      </Listing>
    </Page>
  );
}
