/** Which time, and of which slot or provider, the page is about, as its address says it. */

/** Presets, in minutes; the API takes 5 minutes up to 31 days. */
export const PRESETS = { "5m": 5, "1h": 60, "12h": 12 * 60, "24h": 24 * 60, "7d": 7 * 24 * 60, "31d": 31 * 24 * 60 } as const;
export type Preset = keyof typeof PRESETS;
const USUAL: Preset = "24h";
const MINUTE_MS = 60_000;
const [SHORTEST_MS, LONGEST_MS] = [5 * MINUTE_MS, 31 * 24 * 60 * MINUTE_MS];

/** A preset ends now, whenever that is; chosen times stay. */
export type TimeSpan = { preset: Preset } | { from: string; to: string };
export type SpanFault = "order" | "short" | "long";

/** Of all, of one slot, or of one provider. */
export interface Scope {
  slotId?: string;
  provider?: string;
}

export function timeSpanOf(address: URLSearchParams): TimeSpan {
  const [from, to] = [address.get("from"), address.get("to")];
  if (from && to && isMoment(from) && isMoment(to)) return { from, to };
  const preset = address.get("window");
  return { preset: isPreset(preset) ? preset : USUAL };
}

export function scopeOf(address: URLSearchParams): Scope {
  const [slotId, provider] = [address.get("slot"), address.get("provider")];
  if (slotId) return { slotId };
  return provider ? { provider } : {};
}

/** Gives `from` and `to` as the API takes them, at the time `now`. */
export function boundsOf(span: TimeSpan, now: number): { from: string; to: string } {
  if (!("preset" in span)) return { from: span.from, to: span.to };
  return { from: new Date(now - PRESETS[span.preset] * MINUTE_MS).toISOString(), to: new Date(now).toISOString() };
}

/** Gives what the API would refuse; null: nothing. */
export function faultOf(span: TimeSpan): SpanFault | null {
  if ("preset" in span) return null;
  const length = Date.parse(span.to) - Date.parse(span.from);
  if (length <= 0) return "order";
  if (length < SHORTEST_MS) return "short";
  return length > LONGEST_MS ? "long" : null;
}

export function withPreset(address: URLSearchParams, preset: Preset): URLSearchParams {
  const changed = without(address, "from", "to");
  changed.set("window", preset);
  return changed;
}

export function withTimes(address: URLSearchParams, times: { from: string; to: string }): URLSearchParams {
  const changed = without(address, "window");
  changed.set("from", times.from);
  changed.set("to", times.to);
  return changed;
}

export function withScope(address: URLSearchParams, { slotId, provider }: Scope): URLSearchParams {
  const changed = without(address, "slot", "provider");
  if (slotId) changed.set("slot", slotId);
  else if (provider) changed.set("provider", provider);
  return changed;
}

export function isPreset(value: string | null): value is Preset {
  return value !== null && Object.hasOwn(PRESETS, value);
}

function without(address: URLSearchParams, ...names: string[]): URLSearchParams {
  const changed = new URLSearchParams(address);
  for (const name of names) changed.delete(name);
  return changed;
}

function isMoment(value: string): boolean {
  return value.endsWith("Z") && !Number.isNaN(Date.parse(value));
}
