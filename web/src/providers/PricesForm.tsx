import { Button, Fieldset, Group, NumberInput, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { asProblem } from "../api/problem";
import type { Schemas } from "../api/schema";
import { Failure } from "../ui/Failure";
import { useFaultAt } from "../ui/faultText";
import { useNotify } from "../ui/notify";
import { MICROS } from "./currency";
import { PRICE_PARTS, priceOf, typedOf, type TypedPrice } from "./priceFields";
import { useRefreshProviders } from "./useProviders";

const NOTHING = { model: null, per_call: 0, per_image: 0, per_million_input_tokens: 0, per_million_output_tokens: 0, typical_call: 0 };

interface Props {
  name: string;
  prices: Schemas["PricesShown"];
  onEnd: () => void;
}

/** All prices of a provider at once: one for each model, or one for any. */
export function PricesForm({ name, prices, onEnd }: Props) {
  const { t } = useTranslation("providers");
  const [currency, setCurrency] = useState(prices.currency);
  const [rows, setRows] = useState(() => (prices.prices.length > 0 ? prices.prices : [NOTHING]).map(typedOf));
  const notify = useNotify();
  const refresh = useRefreshProviders();
  const saving = $api.useMutation("put", "/api/v1/providers/{name}/prices", {
    onSuccess: () => {
      notify.done(t("prices.saved"));
      onEnd();
    },
    onSettled: refresh,
  });
  const problem = saving.error ? asProblem(saving.error) : null;
  const faultAt = useFaultAt(problem);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate({ params: { path: { name } }, body: { currency, prices: rows.map(priceOf) } });
  };
  const change = (changed: TypedPrice) => setRows(rows.map((row) => (row.id === changed.id ? changed : row)));
  const add = () => setRows([...rows, typedOf(NOTHING, Math.max(...rows.map(({ id }) => id)) + 1)]);
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t("prices.note")}</Text>
        <TextInput label={t("prices.currency")} description={t("prices.currencyNote")} required maxLength={3} pattern="[A-Z]{3}" value={currency} error={faultAt("/currency")}
          onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())} maw={280} />
        {rows.map((row, index) => (
          <PriceFields key={row.id} row={row} index={index} faultAt={faultAt} onChange={change} {...(rows.length > 1 && { onRemove: () => setRows(rows.filter(({ id }) => id !== row.id)) })} />
        ))}
        <Button variant="default" w="fit-content" onClick={add}>
          {t("prices.add")}
        </Button>
        {problem && <Failure error={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onEnd}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={saving.isPending}>
            {t("prices.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface RowProps {
  row: TypedPrice;
  index: number;
  faultAt: ReturnType<typeof useFaultAt>;
  onChange: (row: TypedPrice) => void;
  onRemove?: () => void;
}

function PriceFields({ row, index, faultAt, onChange, onRemove }: RowProps) {
  const { t, i18n } = useTranslation("providers");
  return (
    <Fieldset legend={row.model || t("prices.anyModel")}>
      <Stack gap="sm">
        <TextInput label={t("prices.model")} description={t("prices.modelNote")} maxLength={128} value={row.model} error={faultAt(`/prices/${index}/model`)}
          onChange={(event) => onChange({ ...row, model: event.currentTarget.value })} />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {PRICE_PARTS.map((part) => (
            <NumberInput key={part} label={t(`price.${part}`)} value={row[part]} onChange={(value) => onChange({ ...row, [part]: value })} error={faultAt(`/prices/${index}/${part}`, MICROS)}
              min={0} allowNegative={false} decimalScale={6} hideControls decimalSeparator={i18n.language === "ru" ? "," : "."} thousandSeparator=" " />
          ))}
        </SimpleGrid>
        {onRemove && (
          <Button variant="default" w="fit-content" onClick={onRemove}>
            {t("prices.remove")}
          </Button>
        )}
      </Stack>
    </Fieldset>
  );
}
