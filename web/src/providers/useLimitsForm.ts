import { useState } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { chosenMine, differences, type Choices, type Difference } from "../ui/conflict";
import { useNotify } from "../ui/notify";
import type { Provider } from "./health";
import { changeOf, limitsOf, shownAs, type LimitName, type Limits, type Typed } from "./limitFields";
import { useRefreshProviders } from "./useProviders";

interface Begun {
  limits: Limits;
  etag: string;
}

interface Conflict extends Begun {
  found: readonly Difference<number | null | undefined>[];
}

/**
 * A provider's limits while they are typed. They belong to the version that was there when typing began: what somebody else
 * set meanwhile is a `conflict` when saving, to be decided limit by limit.
 */
export function useLimitsForm({ manifest, set_limits: limits }: Provider, etag: string) {
  const { t } = useTranslation("providers");
  const notify = useNotify();
  const [typed, setTyped] = useState<Typed>({});
  const [begunOn, setBegunOn] = useState<Begun | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const base = begunOn ?? { limits, etag };
  const change = changeOf(typed, base.limits);
  const startAnew = () => {
    setTyped({});
    setBegunOn(null);
    setConflict(null);
  };
  const meet = ({ code, current }: Problem) => {
    if (code !== "version_conflict" || !current) return;
    const theirs = (current.body as Provider).set_limits;
    setConflict({ limits: theirs, etag: current.etag, found: differences(limitsOf(base.limits), limitsOf({ ...base.limits, ...change }), limitsOf(theirs)) });
  };
  const saving = $api.useMutation("patch", "/api/v1/providers/{name}/limits", {
    onSuccess: () => {
      startAnew();
      notify.done(t("limits.saved"));
    },
    onError: (error) => meet(asProblem(error)),
    onSettled: useRefreshProviders(),
  });
  const send = (body: Partial<Limits>, on: string) =>
    saving.mutate({ params: { path: { name: manifest.name }, header: { "If-Match": on } }, body: body as Required<typeof body> });
  const resolve = (choices: Choices) => {
    if (!conflict) return;
    const mine = chosenMine(conflict.found, choices);
    setConflict(null);
    saving.reset();
    if (Object.keys(mine).length > 0) send(mine, conflict.etag);
    else startAnew();
  };
  return {
    valueOf: (limit: LimitName) => typed[limit] ?? shownAs(limit, base.limits[limit]),
    type: (limit: LimitName, value: number | string) => {
      setBegunOn(base);
      setTyped({ ...typed, [limit]: value });
    },
    isChanged: Object.keys(change).length > 0, isSaving: saving.isPending, problem: saving.error && !conflict ? asProblem(saving.error) : null,
    save: () => send(change, base.etag), startAnew, conflict: conflict?.found ?? null, resolve, putOff: () => setConflict(null),
  };
}
