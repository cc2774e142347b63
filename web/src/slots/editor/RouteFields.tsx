import { NativeSelect, SimpleGrid, Stack, Text } from "@mantine/core";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

import type { Operation, Params } from "../draft";
import { formSchema } from "../schemaForm";
import { paramFaults } from "../schemaValidator";
import { operationOf, useFault, useSlotForm, type Provider } from "./form";
import { ParamsForm } from "./ParamsForm";

export interface RouteValue {
  provider: string;
  operation: Operation;
  params: Params;
}

interface Props {
  /** Where the route is in the slot: "" for its own, `/fallbacks/0`. */
  pointer: string;
  value: RouteValue;
  onChange: (value: RouteValue) => void;
  hasParams: boolean;
}

const NO_MODELS: readonly string[] = [];

/** A provider, what it does, and with which parameters. */
export function RouteFields({ pointer, value, onChange, hasParams }: Props) {
  const { t } = useTranslation("slots");
  const { providers } = useSlotForm();
  const choose = useChoice(providers, value, onChange);
  const chosen = providers.find(({ manifest }) => manifest.name === value.provider);
  const manifest = operationOf(providers, value.provider, value.operation);
  const operations = Object.keys(chosen?.manifest.operations ?? {});
  const [providerFault, operationFault] = [useFault(`${pointer}/provider`), useFault(`${pointer}/operation`)];
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NativeSelect label={t("field.provider")} error={providerFault} value={value.provider} onChange={(event) => choose(event.currentTarget.value, value.operation)}
          data={[
            ...(chosen ? [] : [{ value: value.provider, label: t("unknownProvider", { name: value.provider }) }]),
            ...providers.map((one) => ({ value: one.manifest.name, label: one.has_key ? one.manifest.title : t("withoutKey", { name: one.manifest.title }) })),
          ]} />
        <NativeSelect label={t("field.operation")} error={operationFault} value={value.operation} onChange={(event) => choose(value.provider, event.currentTarget.value)}
          data={(operations.includes(value.operation) ? operations : [value.operation, ...operations]).map((name) => ({ value: name, label: t(`common:operation.${name}`, { defaultValue: name }) }))} />
      </SimpleGrid>
      {!hasParams && <Text c="dimmed">{t("paramsHidden")}</Text>}
      {hasParams && manifest && (
        <ParamsForm key={`${value.provider} ${value.operation}`} pointer={`${pointer}/params`} schema={manifest.params_schema} models={chosen?.models?.listed ?? NO_MODELS}
          params={value.params} onChange={(params) => onChange({ ...value, params })} />
      )}
    </Stack>
  );
}

/** Takes what fits of the parameters along to another operation, and remembers those of the one that was left. */
function useChoice(providers: readonly Provider[], value: RouteValue, onChange: (value: RouteValue) => void) {
  const left = useRef(new Map<string, Params>());
  return (provider: string, wanted: string) => {
    const operations = Object.keys(providers.find(({ manifest }) => manifest.name === provider)?.manifest.operations ?? {});
    const operation = (operations.includes(wanted) ? wanted : (operations[0] ?? wanted)) as Operation;
    left.current.set(`${value.provider} ${value.operation}`, value.params);
    const schema = operationOf(providers, provider, operation)?.params_schema;
    onChange({ provider, operation, params: left.current.get(`${provider} ${operation}`) ?? fitting(value.params, schema ?? {}) });
  };
}

function fitting(params: Params, schema: Record<string, unknown>): Params {
  const properties = formSchema(schema).properties ?? {};
  return Object.fromEntries(
    Object.entries(params).filter(([name, value]) => {
      const property = properties[name];
      return typeof property === "object" && paramFaults(property, value).length === 0;
    }),
  );
}
