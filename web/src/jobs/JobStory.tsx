import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";
import { useReasonText } from "../ui/reasonText";

type Event = Schemas["JobEventEntry"];

/** What happened to the photo, line by line, each with its time since the first. */
export function JobStory({ events }: { events: readonly Event[] }) {
  const { t } = useTranslation("jobs");
  const formats = useFormats();
  const detailOf = useDetail();
  const began = Date.parse(events[0]?.at ?? "");
  return (
    <ol style={{ listStyle: "none", margin: 0, padding: 0, borderLeft: "3px solid var(--mantine-color-default-border)" }}>
      {events.map((event) => (
        <Text key={`${event.at} ${event.name} ${event.detail}`} component="li" py={4} pl="sm">
          <time dateTime={event.at} title={formats.moment(event.at)} className="number">
            {event === events[0] ? formats.time(event.at) : `+ ${formats.duration(Date.parse(event.at) - began)}`}
          </time>
          {"  "}
          {t([`event.${event.name}`, "event.other"], { name: event.name })}
          {event.detail && `: ${detailOf(event)}`}
        </Text>
      ))}
    </ol>
  );
}

/** Gives an event's detail in words: of an answer how the attempt ended, else as it stands there. */
function useDetail(): (event: Event) => string {
  const reasons = useReasonText();
  return ({ name, detail = "" }) => (name === "provider_responded" ? reasons.outcome(detail) : detail);
}
