import { NativeSelect, SimpleGrid, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { localOf, momentOf } from "../jobs/jobFilter";
import { boundsOf, faultOf, isPreset, PRESETS, scopeOf, timeSpanOf, withPreset, withScope, withTimes, type Scope } from "./timeSpan";
import { useNames } from "./useStatistics";

interface Props {
  address: URLSearchParams;
  onChange: (address: URLSearchParams) => void;
}

const OWN = "own";

/** The time, and of which slot or provider; all of it is in the address, so that it can be sent on. */
export function Choices({ address, onChange }: Props) {
  const { t } = useTranslation("statistics");
  const names = useNames();
  const [span, scope] = [timeSpanOf(address), scopeOf(address)];
  const isOwn = !("preset" in span);
  const group = (label: string, kind: "slot" | "provider", known: ReadonlyMap<string, string>) => ({ group: label, items: [...known].map(([id, name]) => ({ value: `${kind}:${id}`, label: name })) });
  return (
    <search aria-label={t("choose.label")}>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="xs">
        <NativeSelect label={t("choose.time")} value={isOwn ? OWN : span.preset} onChange={(event) => onChange(withTime(address, event.currentTarget.value))}
          data={[...Object.keys(PRESETS).map((value) => ({ value, label: t(`window.${value}`) })), { value: OWN, label: t("window.own") }]} />
        <NativeSelect label={t("choose.scope")} value={valueOf(scope)} onChange={(event) => onChange(withScope(address, scopeOfValue(event.currentTarget.value)))}
          data={[{ value: "", label: t("choose.all") }, ...unknown(scope, names.slots, names.providers), group(t("slots.title"), "slot", names.slots), group(t("providers.title"), "provider", names.providers)]} />
        {isOwn && <OwnTimes key={`${span.from} ${span.to}`} from={span.from} to={span.to} onChange={(times) => onChange(withTimes(address, times))} />}
      </SimpleGrid>
    </search>
  );
}

function OwnTimes({ from, to, onChange }: { from: string; to: string; onChange: (times: { from: string; to: string }) => void }) {
  const { t } = useTranslation("statistics");
  const [typed, setTyped] = useState({ from: localOf(from), to: localOf(to) });
  const wanted = { from: momentOf(typed.from), to: momentOf(typed.to) };
  const fault = wanted.from && wanted.to ? faultOf({ from: wanted.from, to: wanted.to }) : null;
  const take = () => {
    const isChanged = typed.from !== localOf(from) || typed.to !== localOf(to);
    if (isChanged && wanted.from && wanted.to && fault === null) onChange({ from: wanted.from, to: wanted.to });
  };
  return (
    <>
      <TextInput type="datetime-local" label={t("choose.from")} value={typed.from} onBlur={take} onChange={(event) => setTyped({ ...typed, from: event.currentTarget.value })} />
      <TextInput type="datetime-local" label={t("choose.to")} value={typed.to} onBlur={take} error={fault && t(`choose.fault.${fault}`)}
        onChange={(event) => setTyped({ ...typed, to: event.currentTarget.value })} />
    </>
  );
}

/** Own times begin with those of the preset of before. */
function withTime(address: URLSearchParams, value: string): URLSearchParams {
  return isPreset(value) ? withPreset(address, value) : withTimes(address, boundsOf(timeSpanOf(address), Date.now()));
}

function valueOf({ slotId, provider }: Scope): string {
  if (slotId) return `slot:${slotId}`;
  return provider ? `provider:${provider}` : "";
}

function scopeOfValue(value: string): Scope {
  const [kind, id] = value.split(":", 2);
  if (!id) return {};
  return kind === "slot" ? { slotId: id } : { provider: id };
}

/** What was chosen by an address and is not there (any more). */
function unknown(scope: Scope, slots: ReadonlyMap<string, string>, providers: ReadonlyMap<string, string>): { value: string; label: string }[] {
  const id = scope.slotId ?? scope.provider;
  if (!id || slots.has(id) || providers.has(id)) return [];
  return [{ value: valueOf(scope), label: id }];
}
