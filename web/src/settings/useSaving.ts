import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import { asProblem } from "../api/problem";
import { useNotify } from "../ui/notify";
import { ALL_FIELDS, type SettingName, type Settings } from "./fields";

type Changes = Partial<Record<SettingName, number>>;

/**
 * Saves `changes`, made on the version `base`. When somebody else changed a setting meanwhile, `theirs` is what is there
 * now; when only the version moved (the ingest password was rotated), they are saved on the new one.
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

  function show(settings: Settings): void {
    queries.setQueryData($api.queryOptions("get", "/api/v1/settings").queryKey, settings);
    setTheirs(null);
    startAnew();
  }
  function save(on: Settings = base): void {
    setTheirs(null);
    saving.mutate({ params: { header: { "If-Match": `"${on.version}"` } }, body: changes });
  }
  function takeTheirs(): void {
    saving.reset();
    if (theirs) show(theirs);
  }
  return { saving, save, theirs, takeTheirs, forgetTheirs: () => setTheirs(null) };
}
