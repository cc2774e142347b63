/** Which pictures are chosen: a click chooses one, with Shift all between the last one and it. */
import { useCallback, useMemo, useRef, useState } from "react";

/** As many pictures are in one archive (`POST /api/v1/results/zip`). */
export const MAX_IN_ARCHIVE = 500;

export interface Selection {
  isOn: boolean;
  ids: ReadonlySet<string>;
  begin: () => void;
  end: () => void;
  /** `order`: the ids as they are shown. */
  toggle: (id: string, isRange: boolean, order: readonly string[]) => void;
  choose: (ids: readonly string[]) => void;
}

export function useSelection(): Selection {
  const [isOn, setIsOn] = useState(false);
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);

  const toggle = useCallback((id: string, isRange: boolean, order: readonly string[]) => {
    const from = isRange ? last.current : null;
    last.current = id;
    setIds((before) => toggled(before, id, from, order));
  }, []);
  const choose = useCallback((chosen: readonly string[]) => setIds(new Set(chosen)), []);
  const end = useCallback(() => {
    setIsOn(false);
    setIds(new Set());
    last.current = null;
  }, []);
  const begin = useCallback(() => setIsOn(true), []);
  return useMemo(() => ({ isOn, ids, begin, end, toggle, choose }), [isOn, ids, begin, end, toggle, choose]);
}

/** With `from`, everything from it to `id` is chosen; without, `id` alone changes. */
export function toggled(before: ReadonlySet<string>, id: string, from: string | null, order: readonly string[]): ReadonlySet<string> {
  const after = new Set(before);
  const ends = from === null ? [] : [order.indexOf(from), order.indexOf(id)];
  if (ends.length === 2 && !ends.includes(-1)) {
    for (const one of order.slice(Math.min(...ends), Math.max(...ends) + 1)) after.add(one);
  } else if (!after.delete(id)) {
    after.add(id);
  }
  return after;
}
