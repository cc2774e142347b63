/** How a provider is: what keeps it from being asked, and what that comes to in one word. */
import type { Schemas } from "../api/schema";

export type Provider = Schemas["ProviderShown"];
export type Breaker = Schemas["BreakerShown"];
export type Health = "working" | "trying" | "paused" | "stopped" | "failing" | "noKey";

/** From what people decided to what passes by itself. */
const ORDER: readonly Breaker["reason"][] = ["pause", "manual", "access", "quota", "outage"];

/** Gives the breakers that are not closed, the weightiest first. */
export function hindrancesOf(provider: Provider): Breaker[] {
  return provider.breakers.filter(({ state }) => state !== "closed").toSorted((a, b) => ORDER.indexOf(a.reason) - ORDER.indexOf(b.reason));
}

export function isPaused(provider: Provider): boolean {
  return provider.breakers.some(({ reason, state }) => reason === "pause" && state !== "closed");
}

/** Gives the one word for all of it. */
export function healthOf(provider: Provider): Health {
  const [first] = hindrancesOf(provider);
  if (first?.reason === "pause") return "paused";
  if (first?.reason === "manual") return "stopped";
  if (!provider.has_key) return "noKey";
  if (!first) return "working";
  return hindrancesOf(provider).every(({ state }) => state === "half_open") ? "trying" : "failing";
}
