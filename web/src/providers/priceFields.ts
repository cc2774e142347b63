/** Prices as they are typed: in whole units of the currency. */
import type { Schemas } from "../api/schema";
import { MICROS } from "./currency";
import { microsOf } from "./money";

type Price = Schemas["Price"];

export const PRICE_PARTS = ["per_call", "per_image", "per_million_input_tokens", "per_million_output_tokens", "typical_call"] as const;
export type PricePart = (typeof PRICE_PARTS)[number];

/** `id` tells rows apart while they are edited; an empty `model` is any model. */
export type TypedPrice = { id: number; model: string } & Record<PricePart, number | string>;

/** Gives the millionths that one part of a price has; what is left out costs nothing. */
export function priceOfPart(price: Price, part: PricePart): number {
  return price[part] ?? 0;
}

export function typedOf(price: Price, id: number): TypedPrice {
  const parts = Object.fromEntries(PRICE_PARTS.map((part) => [part, priceOfPart(price, part) / MICROS])) as Record<PricePart, number>;
  return { id, model: price.model ?? "", ...parts };
}

export function priceOf(typed: TypedPrice): Price {
  const parts = Object.fromEntries(PRICE_PARTS.map((part) => [part, microsOf(typed[part]) ?? 0])) as Record<PricePart, number>;
  return { model: typed.model.trim() || null, ...parts };
}
