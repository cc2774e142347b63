/** What an audit record is about: `slots/demo`, `providers/gemini/pause`, `settings`. */
export interface AuditTarget {
  /** Its first part, a key of `people:target`. */
  kind: string;
  /** What is called so, without the kind; empty for things there is only one of. */
  name: string;
  /** The page that shows it; null where none does. */
  page: string | null;
}

const BY_NAME: Record<string, (id: string) => string> = {
  slots: (id) => `/slots/${id}`,
  jobs: (id) => `/jobs/${id}`,
  results: (id) => `/jobs/${id}`,
  providers: (id) => `/providers/${id}`,
};
const BY_KIND: Record<string, string> = {
  users: "/users", tokens: "/tokens", sessions: "/account", settings: "/settings", "event-galleries": "/event-galleries", "dead-letters": "/operations", janitor: "/operations",
};

export function auditTargetOf(target: string): AuditTarget {
  const [kind = target, id = ""] = target.split("/");
  const name = target.slice(kind.length + 1);
  const page = id && BY_NAME[kind] ? BY_NAME[kind](encodeURIComponent(id)) : (BY_KIND[kind] ?? null);
  return { kind, name, page };
}
