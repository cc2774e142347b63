import { useState } from "react";

import { isChanged, type Draft } from "./draft";
import type { Change } from "./editor/form";

interface State {
  /** What the API has, as far as this page knows. */
  base: Draft;
  draft: Draft;
}

/** The unsaved settings of one slot, kept while the tabs of its page are changed. */
export function useDraft(start: Draft) {
  const [{ base, draft }, setState] = useState<State>({ base: start, draft: start });
  const change: Change = (update) =>
    setState((now) => ({ ...now, draft: { ...now.draft, ...(typeof update === "function" ? update(now.draft) : update) } }));
  const rebase = (next: Draft, mine: Draft = next) => setState({ base: next, draft: mine });
  return { base, draft, change, rebase, isDirty: isChanged(draft, base) };
}
