import { List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Problem } from "../api/problem";
import { useConfirm } from "../ui/confirm";
import { useFaultText } from "../ui/faultText";

/** Says whether all that is wrong may be saved all the same: a provider without a key, a model that it does not list. */
export function isWarning(problem: Problem): boolean {
  return problem.code === "invalid_fields" && problem.faults.length > 0 && problem.faults.every((fault) => fault.is_warning === true);
}

/** Asks whether to save in spite of warnings. */
export function useAskWarnings(): (problem: Problem) => Promise<boolean> {
  const { t } = useTranslation("slots");
  const confirm = useConfirm();
  const faultText = useFaultText();
  return (problem) => {
    const text = (
      <Stack gap="xs">
        <List>
          {[...new Set(problem.faults.map((fault) => faultText(fault)))].map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
        <Text>{t("warning.text")}</Text>
      </Stack>
    );
    return confirm({ title: t("warning.title"), text, action: t("warning.action"), isDangerous: false });
  };
}
