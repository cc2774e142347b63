/** What the parts of a slot's form share. */
import { createContext, useContext } from "react";
import { useTranslation } from "react-i18next";

import type { FieldFault } from "../../api/problem";
import type { Schemas } from "../../api/schema";
import { useFaultText } from "../../ui/faultText";
import type { Draft } from "../draft";

export type Provider = Schemas["ProviderShown"];
export type Change = (update: Partial<Draft> | ((draft: Draft) => Partial<Draft>)) => void;

export interface SlotForm {
  draft: Draft;
  change: Change;
  providers: readonly Provider[];
  /** What is wrong, by JSON pointer into the draft. */
  faults: readonly FieldFault[];
  isNew: boolean;
  isReadOnly: boolean;
  /** Whether the slot, as it is saved, has a password of its own. */
  hasOwnPassword: boolean;
}

export const SlotFormContext = createContext<SlotForm | null>(null);

export function useSlotForm(): SlotForm {
  const form = useContext(SlotFormContext);
  if (!form) throw new Error("only inside a slot's form");
  return form;
}

/** Gives what is wrong with a field in words, for its `error`; null is "nothing". `factor` as in `useFaultText`. */
export function useFault(pointer: string, factor = 1): string | null {
  const { t } = useTranslation("slots");
  const faultText = useFaultText();
  const found = useSlotForm().faults.find((fault) => fault.pointer === pointer);
  if (!found) return null;
  return pointer === "/id" && found.code === "wrong_form" ? t("fault.id") : faultText(found, factor);
}

export function operationOf(providers: readonly Provider[], provider: string, operation: string): Schemas["OperationManifest"] | undefined {
  return providers.find(({ manifest }) => manifest.name === provider)?.manifest.operations[operation];
}
