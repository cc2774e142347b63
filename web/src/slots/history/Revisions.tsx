import type { Schemas } from "../../api/schema";

interface Props {
  slot: Schemas["SlotShown"];
  /** Called with the slot as it is after going back to an old version. */
  onRolledBack: (slot: Schemas["SlotShown"]) => void;
}

/** The versions of a slot. */
export function Revisions(_props: Props) {
  return null;
}
