import { useTranslation } from "react-i18next";

import type { Problem } from "../api/problem";

/** Gives a problem's sentences: `problems:<code>.what` and `problems:<code>.do`. */
export function useProblemText() {
  const { t } = useTranslation("problems");
  const seconds = (problem: Problem) => problem.retryAfterSeconds ?? 5;
  return {
    what: (problem: Problem) => t([`${problem.code}.what`, "unreadable_answer.what"]),
    whatToDo: (problem: Problem) => t([`${problem.code}.do`, "unreadable_answer.do"], { count: seconds(problem) }),
  };
}
