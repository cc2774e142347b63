import { useTranslation } from "react-i18next";

import type { FieldFault, Problem } from "../api/problem";
import { useFormats } from "./format";

/** By the fault, what its `allowed` and `subject` name: keys of texts, so that they are said in the chosen language too. */
const NAMED: Partial<Record<FieldFault["code"], string>> = {
  wrong_type: "problems:kind",
  unknown_operation: "common:operation",
  unknown_role: "common:templateRole",
  template_missing: "common:templateRole",
  too_many_templates: "common:templateRole",
};

/**
 * Says what is wrong with a field and what to do: `problems:field.<code>` with its bounds; of an unknown code the API's words.
 *
 * `factor` is what one of the shown unit is in the API's: a limit of 50 000 000 bytes is 50 for a field in megabytes.
 */
export function useFaultText(): (fault: FieldFault, factor?: number) => string {
  const { t } = useTranslation("problems");
  const formats = useFormats();
  return ({ code, limit, allowed, subject, detail }, factor = 1) => {
    const names = NAMED[code];
    const named = (name: string) => (names ? t(`${names}.${name}`, { defaultValue: name }) : name);
    const who = code === "unknown_operation" ? subject : named(subject ?? "");
    const bound = (limit ?? 0) / factor;
    // an empty text is no short one for whoever left it out
    const told = code === "too_short" && limit === 1 ? "missing" : code;
    return t([`field.${told}`, "field.other"], {
      count: bound, limit: formats.number(bound), year: bound, allowed: (allowed ?? []).map(named).join(", ") || "—",
      subject: who, detail,
    });
  };
}

/** Gives what is wrong with one field of the request's body in words; undefined: nothing. */
export function useFaultAt(problem: Problem | null): (pointer: string, factor?: number) => string | undefined {
  const faultText = useFaultText();
  return (pointer, factor) => {
    const found = problem?.faults.find((fault) => fault.pointer === pointer);
    return found && faultText(found, factor);
  };
}
