import { List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Problem } from "../api/problem";
import { useConfirm } from "../ui/confirm";

interface Named {
  provider: string;
  fallbacks: readonly { provider: string }[];
}

/** Says whether all that is wrong may be saved all the same: a provider without a key, a model that it does not list. */
export function isWarning(problem: Problem): boolean {
  return problem.code === "invalid_fields" && problem.faults.length > 0 && problem.faults.every((fault) => fault.is_warning === true);
}

/** Asks whether to save in spite of warnings. */
export function useAskWarnings(): (problem: Problem, slot: Named) => Promise<boolean> {
  const { t } = useTranslation("slots");
  const confirm = useConfirm();
  return (problem, slot) => {
    const lines = problem.faults.map(({ pointer, detail }) => {
      const [, place] = /^\/fallbacks\/(\d+)\//.exec(pointer) ?? [];
      const name = place === undefined ? slot.provider : (slot.fallbacks[Number(place)]?.provider ?? "");
      if (pointer.endsWith("/provider")) return t("warning.key", { name });
      return pointer.endsWith("/params/model") ? t("warning.model", { name }) : detail;
    });
    const text = (
      <Stack gap="xs">
        <List>
          {lines.map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
        <Text>{t("warning.text")}</Text>
      </Stack>
    );
    return confirm({ title: t("warning.title"), text, action: t("warning.action"), isDangerous: false });
  };
}
