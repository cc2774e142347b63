import type { Schemas } from "../../api/schema";

interface Props {
  /** Null: of a slot that is not created yet. */
  slotId: string | null;
  /** The settings as they stand in the form, saved or not, as the field `slot` of a test run takes them. */
  settings: Schemas["TrialSlot"];
}

/** A photo through the settings as they stand in the form. */
export function TestRun(_props: Props) {
  return null;
}
