import { useTranslation } from "react-i18next";

import type { Problem } from "../api/problem";

/** Gives a problem's sentences: `problems:<code>.what` and `problems:<code>.do`, of a conflict by its reason `problems:reason.<reason>`. */
export function useProblemText() {
  const { t, i18n } = useTranslation("problems");
  const seconds = (problem: Problem) => problem.retryAfterSeconds ?? 5;
  return {
    what: (problem: Problem) => t([`${problem.code}.what`, "unreadable_answer.what"]),
    whatToDo: (problem: Problem) => {
      const { conflict } = problem;
      if (conflict) return t([`reason.${conflict.reason}`, "conflict.do"], { count: conflict.count ?? 0, subject: conflict.subject });
      return t([`${problem.code}.do`, "unreadable_answer.do"], { count: seconds(problem) });
    },
    /** The API's own words, in English, and its code: for whoever can do more with them; none where a text of ours says the same. */
    words: ({ code, detail, conflict }: Problem) => {
      const isTold = conflict && i18n.exists(`problems:reason.${conflict.reason}`, { count: conflict.count ?? 0 });
      return detail && !isTold ? t("words", { code, detail }) : null;
    },
  };
}
