/** Which providers are asked now, and why the others are not. */
import type { Schemas } from "../api/schema";

export type ShutReason = Schemas["BreakerReason"] | "noKey" | "usedUp";

interface Known {
  providers: readonly Schemas["ProviderShown"][];
  quotas: readonly Schemas["QuotaShown"][];
}

type Slot = Pick<Schemas["SlotShown"], "provider" | "fallbacks">;

/** Gives why nobody asks the provider; null: it is asked, or not known. */
export function shutReason(name: string, { providers, quotas }: Known): ShutReason | null {
  const provider = providers.find(({ manifest }) => manifest.name === name);
  if (!provider) return null;
  const open = provider.breakers.find(({ state }) => state === "open");
  if (open) return open.reason;
  if (!provider.has_key) return "noKey";
  const isUsedUp = quotas.some((quota) => quota.provider === name && quota.slot_id === null && quota.resets_at !== null && quota.left === 0);
  return isUsedUp ? "usedUp" : null;
}

/** Gives the providers of the slots, fallbacks too, each once. */
export function usedProviders(slots: readonly Slot[]): string[] {
  return [...new Set(slots.flatMap(({ provider, fallbacks }) => [provider, ...fallbacks.map((route) => route.provider)]))];
}

export interface Switch {
  /** The provider that comes first then. */
  to: string;
  change: Pick<Schemas["SlotChange"], "provider" | "operation" | "params" | "fallbacks">;
}

/**
 * Gives what puts the slot's first fallback at another, working provider in front, the one of now behind it.
 *
 * Null: it has no such fallback. Needs the parameters, which only administrators see.
 */
export function switchOf(slot: Schemas["SlotShown"], known: Known): Switch | null {
  const place = slot.fallbacks.findIndex(({ provider }) => provider !== slot.provider && shutReason(provider, known) === null);
  const chosen = slot.fallbacks[place];
  if (!chosen) return null;
  const before = { provider: slot.provider, operation: slot.operation, params: slot.params };
  const fallbacks = [before, ...slot.fallbacks.filter((_, index) => index !== place)] as Schemas["Route"][];
  const { provider, operation, params } = chosen as Schemas["Route"];
  return { to: provider, change: { provider, operation, params: params ?? {}, fallbacks } };
}
