import { expect, it } from "vitest";

import { newPassword } from "./password";

it("a new password is typable, long enough, and another one each time", () => {
  const made = Array.from({ length: 200 }, newPassword);

  expect(made.filter((password) => !/^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/.test(password))).toEqual([]);
  expect(new Set(made).size).toBe(200);
});
