import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";

import { asProblem } from "../api/problem";
import { useFaultText } from "./faultText";
import { useProblemText } from "./problemText";

/** Gives short messages at the foot of the page: that something was done, or why it was not. */
export function useNotify() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const faultText = useFaultText();
  const closeButtonProps = { "aria-label": t("close") };
  return {
    done: (message: string) => notifications.show({ message, color: "teal", closeButtonProps }),
    failed: (error: unknown) => {
      const problem = asProblem(error);
      const faults = problem.faults.map((fault) => `${fault.pointer}: ${faultText(fault)}`).join("; ");
      const details = faults || problemText.words(problem);
      notifications.show({
        title: problemText.what(problem), message: [problemText.whatToDo(problem), details].filter(Boolean).join(" "), color: "red", autoClose: 10_000, closeButtonProps,
      });
    },
  };
}
