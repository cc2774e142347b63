import type { Schemas } from "../../api/schema";

type Outlook = Schemas["Replay"];

export const OUTLOOK_COLORS: Record<Outlook, string> = {
  replayed: "green", can_be_replayed: "green", under_way: "blue", too_late: "gray", no_job: "gray", already_replayed: "gray", not_found: "gray",
};

/** In the order in which they are told: what can be done first. */
export const OUTLOOKS = Object.keys(OUTLOOK_COLORS) as Outlook[];
