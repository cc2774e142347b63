import { Button, Group, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import type { Schemas } from "../api/schema";
import { useMay } from "../session/session";
import { useConfirm } from "../ui/confirm";
import { modals } from "../ui/dialogs";
import { Listing } from "../ui/Listing";
import { useNotify } from "../ui/notify";
import { useMoney } from "./money";
import { priceOfPart, PRICE_PARTS } from "./priceFields";
import { PricesForm } from "./PricesForm";
import { Section } from "./Section";
import { useRefreshProviders } from "./useProviders";

type Prices = Schemas["PricesShown"];

/** What a call costs, by whom that was said, and the way to say otherwise. */
export function PricesSection({ name }: { name: string }) {
  const { t } = useTranslation("providers");
  const asked = $api.useQuery("get", "/api/v1/providers/{name}/prices", { params: { path: { name } } });
  return (
    <Section title={t("section.prices")}>
      <Listing asked={asked}>
        {(prices) => (
          <>
            <Text size="sm">{t(prices.is_given ? "prices.given" : "prices.manifest")}</Text>
            {prices.prices.length === 0 && <Text>{t("prices.none")}</Text>}
            {prices.prices.map((price, index) => (
              <PriceShown key={price.model ?? `any-${index}`} price={price} currency={prices.currency} />
            ))}
            <PriceTools name={name} prices={prices} />
          </>
        )}
      </Listing>
    </Section>
  );
}

function PriceShown({ price, currency }: { price: Schemas["Price"]; currency: string }) {
  const { t } = useTranslation("providers");
  const money = useMoney();
  const parts = PRICE_PARTS.filter((part) => priceOfPart(price, part) > 0);
  return (
    <Stack gap={4}>
      <Text fw={600} style={{ overflowWrap: "anywhere" }}>
        {price.model ?? t("prices.anyModel")}
      </Text>
      <List size="sm">
        {parts.map((part) => (
          <List.Item key={part}>
            {t(`price.${part}`)}: {money(priceOfPart(price, part), currency)}
          </List.Item>
        ))}
        {parts.length === 0 && <List.Item>{t("prices.free")}</List.Item>}
      </List>
    </Stack>
  );
}

function PriceTools({ name, prices }: { name: string; prices: Prices }) {
  const { t } = useTranslation("providers");
  const confirm = useConfirm();
  const notify = useNotify();
  const refresh = useRefreshProviders();
  const mayChange = useMay("admin");
  const resetting = $api.useMutation("delete", "/api/v1/providers/{name}/prices", {
    onSuccess: () => notify.done(t("prices.wereReset")),
    onError: notify.failed,
    onSettled: refresh,
  });
  if (!mayChange) return null;

  const edit = () => {
    const id = modals.open({
      title: t("prices.edit"),
      size: "lg",
      closeButtonProps: { "aria-label": t("common:close") },
      children: <PricesForm name={name} prices={prices} onEnd={() => modals.close(id)} />,
    });
  };
  const reset = async () => {
    if (await confirm({ title: t("prices.reset"), text: t("prices.resetText"), action: t("prices.resetDo") })) resetting.mutate({ params: { path: { name } } });
  };
  return (
    <Group gap="xs">
      <Button variant="default" onClick={edit}>
        {t("prices.edit")}
      </Button>
      {prices.is_given && (
        <Button variant="default" onClick={() => void reset()} loading={resetting.isPending}>
          {t("prices.reset")}
        </Button>
      )}
    </Group>
  );
}
