import { describe, expect, it } from "vitest";

import { asProblem, problemOf } from "./problem";

const answer = (body: string, type: string, status = 422) => new Response(body, { status, headers: { "Content-Type": type } });

describe("a problem", () => {
  it("keeps the code, the fields and when to try again", async () => {
    const body = { code: "invalid_fields", detail: "no", errors: [{ pointer: "/name", detail: "is empty", code: "too_short", limit: 1 }], retry_after: 3, etag: null };
    const problem = await problemOf(answer(JSON.stringify(body), "application/problem+json; charset=utf-8"));
    expect(problem).toMatchObject({ code: "invalid_fields", detail: "no", faults: [{ pointer: "/name", detail: "is empty", code: "too_short", limit: 1 }], retryAfterSeconds: 3, current: null });
  });

  it("keeps what is there now when somebody else was faster", async () => {
    const body = { code: "version_conflict", detail: "no", current: { name: "theirs" }, etag: '"8"' };
    const problem = await problemOf(answer(JSON.stringify(body), "application/problem+json", 412));
    expect(problem.current).toEqual({ body: { name: "theirs" }, etag: '"8"' });
  });

  it.each([["text/html", "<h1>502</h1>"], ["application/problem+json", "{broken"]])("of an answer that is not the API's (%s) is an unreadable one", async (type, body) => {
    expect(await problemOf(answer(body, type, 502))).toMatchObject({ code: "unreadable_answer", detail: "HTTP 502" });
  });

  it("of a failed fetch is a lost connection", () => {
    expect(asProblem(new TypeError("Failed to fetch")).code).toBe("offline");
  });
});
