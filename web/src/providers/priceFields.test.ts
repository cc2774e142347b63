import { expect, it } from "vitest";

import { priceOf, typedOf } from "./priceFields";

const price = { model: "flash", per_call: 0, per_image: 39_000, per_million_input_tokens: 300_000, per_million_output_tokens: 30_000_000, typical_call: 39_900 };

it("a price comes back from its fields as it went in", () => {
  expect(priceOf(typedOf(price, 1))).toEqual(price);
});

it("an empty model is any model, an empty field costs nothing", () => {
  expect(priceOf({ ...typedOf(price, 1), model: " ", per_image: "" })).toEqual({ ...price, model: null, per_image: 0 });
});
