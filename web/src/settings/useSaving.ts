import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { asProblem } from "../api/problem";
import { chosenMine, differences, type Choices } from "../ui/conflict";
import { useNotify } from "../ui/notify";
import { ALL_FIELDS, type SettingName, type Settings } from "./fields";

type Changes = Partial<Record<SettingName, number>>;

/**
 * Saves `changes`, made on the version `base`. What somebody else changed meanwhile is a `conflict`, to be decided setting by
 * setting; when only the version moved (the ingest password was rotated), they are saved on the new one.
 */
export function useSaving(base: Settings, changes: Changes, startAnew: () => void) {
  const { t } = useTranslation("settings");
  const notify = useNotify();
  const queries = useQueryClient();
  const [theirs, setTheirs] = useState<Settings | null>(null);
  const saving = $api.useMutation("patch", "/api/v1/settings", {
    onSuccess: (saved) => {
      show(saved);
      notify.done(t("saved"));
    },
    onError: (error) => {
      const { code, current } = asProblem(error);
      if (code !== "version_conflict" || !current) return;
      const there = current.body as Settings;
      if (ALL_FIELDS.some(({ name }) => there[name] !== base[name])) setTheirs(there);
      else save(there);
    },
  });
  const conflict = theirs && differences(valuesOf(base), valuesOf({ ...base, ...changes }), valuesOf(theirs));

  function show(settings: Settings): void {
    queries.setQueryData($api.queryOptions("get", "/api/v1/settings").queryKey, settings);
    setTheirs(null);
    startAnew();
  }
  function save(on: Settings = base, body: Changes = changes): void {
    setTheirs(null);
    saving.mutate({ params: { header: { "If-Match": `"${on.version}"` } }, body });
  }
  function resolve(choices: Choices): void {
    if (!theirs || !conflict) return;
    const mine = chosenMine(conflict, choices) as Changes;
    if (Object.keys(mine).length > 0) {
      save(theirs, mine);
      return;
    }
    saving.reset();
    show(theirs);
  }
  return { saving, save: () => save(), conflict, resolve, putOff: () => setTheirs(null) };
}

function valuesOf(settings: Settings): Map<string, number> {
  return new Map(ALL_FIELDS.map(({ name }) => [name, settings[name]]));
}
