import type { Schemas } from "../../api/schema";

/** What to type into the booth's program, and whether its first photo has come. */
export function ConnectBooth(_props: { slot: Schemas["SlotShown"] }) {
  return null;
}
