import { Button, Group, NativeSelect, SimpleGrid, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { useReasonText } from "../ui/reasonText";
import { isId, localOf, momentOf, REASONS, SOURCES, STATUSES, withFilter, type FilterName } from "./jobFilter";

interface Props {
  address: URLSearchParams;
  onChange: (address: URLSearchParams) => void;
}

const WIDE = "(min-width: 48em)";

/** What the list is cut down to; on a phone folded. */
export function JobFilters({ address, onChange }: Props) {
  const { t } = useTranslation("jobs");
  const isWide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const fields = <Fields address={address} onChange={onChange} />;
  return (
    <search aria-label={t("filter.label")}>
      {isWide ? (
        fields
      ) : (
        <details>
          <summary style={{ minHeight: 44, paddingTop: 10, cursor: "pointer", fontWeight: 600 }}>{address.size > 0 ? t("filter.folded", { count: address.size }) : t("filter.label")}</summary>
          {fields}
        </details>
      )}
    </search>
  );
}

/** Each choice is in the address at once, so that it can be sent on. */
function Fields({ address, onChange }: Props) {
  const { t } = useTranslation("jobs");
  const reasons = useReasonText();
  const slots = useSlotChoices(address.get("slot"));
  const set = (name: FilterName, value: string | null) => onChange(withFilter(address, name, value));
  const all = { value: "", label: t("filter.all") };
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3, lg: 4 }} spacing="xs">
        <NativeSelect label={t("filter.slot")} data={[all, ...slots]} value={address.get("slot") ?? ""} onChange={(event) => set("slot", event.currentTarget.value)} />
        <NativeSelect label={t("filter.status")} data={[all, ...STATUSES.map((value) => ({ value, label: t(`common:status.${value}`) }))]}
          value={address.get("status") ?? ""} onChange={(event) => set("status", event.currentTarget.value)} />
        <NativeSelect label={t("filter.reason")} data={[all, ...REASONS.map((value) => ({ value, label: reasons.name(value) }))]}
          value={address.get("reason") ?? ""} onChange={(event) => set("reason", event.currentTarget.value)} />
        <NativeSelect label={t("filter.source")} data={[all, ...SOURCES.map((value) => ({ value, label: t(`source.${value}`) }))]}
          value={address.get("source") ?? ""} onChange={(event) => set("source", event.currentTarget.value)} />
        <TypedFilter key={`booth ${address.get("booth")}`} label={t("filter.booth")} value={address.get("booth") ?? ""} onChange={(value) => set("booth", value)} />
        <TypedFilter key={`id ${address.get("id")}`} label={t("filter.id")} value={address.get("id") ?? ""} onChange={(value) => set("id", value)}
          errorOf={(value) => (value === "" || isId(value) ? null : t("filter.wrongId"))} />
        <TextInput type="datetime-local" label={t("filter.since")} value={localOf(address.get("since"))} onChange={(event) => set("since", momentOf(event.currentTarget.value))} />
        <TextInput type="datetime-local" label={t("filter.until")} value={localOf(address.get("until"))} onChange={(event) => set("until", momentOf(event.currentTarget.value))} />
      </SimpleGrid>
      {address.size > 0 && (
        <Group mt="xs">
          <Button variant="default" onClick={() => onChange(new URLSearchParams())}>
            {t("filter.clear")}
          </Button>
        </Group>
      )}
    </>
  );
}

interface TypedProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  errorOf?: (value: string) => string | null;
}

/** A text that counts once it is whole: on Enter, or when the field is left. */
function TypedFilter({ label, value, onChange, errorOf = () => null }: TypedProps) {
  const [typed, setTyped] = useState(value);
  const wanted = typed.trim();
  const error = errorOf(wanted);
  const take = () => {
    if (error === null && wanted !== value) onChange(wanted);
  };
  return (
    <TextInput type="search" label={label} value={typed} error={error} onChange={(event) => setTyped(event.currentTarget.value)} onBlur={take}
      onKeyDown={(event) => event.key === "Enter" && take()} />
  );
}

/** Every slot by its name; also one that is asked for and no longer there. */
function useSlotChoices(chosen: string | null): { value: string; label: string }[] {
  const { data } = $api.useQuery("get", "/api/v1/slots", {}, { staleTime: 60_000 });
  const slots = (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const isKnown = chosen === null || chosen === "" || slots.some(({ value }) => value === chosen);
  return isKnown ? slots : [...slots, { value: chosen, label: chosen }];
}
