import { Group, Progress, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconClock } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/schema";
import { useFormats } from "../../ui/format";

type Run = Schemas["PreflightRun"];

/** It is over by then, whatever it finds. */
const LONGEST_SECONDS = 60;
const TICK_MS = 1_000;
const ICONS = { running: IconClock, done: IconCheck, gave_up: IconAlertTriangle } as const;

/** How far each check is, within its minute. */
export function Checks({ run: { state, started_at, checks = [] } }: { run: Run }) {
  const { t } = useTranslation("operations");
  const done = checks.filter((check) => check.state !== "running").length;
  const isRunning = state === "running";
  return (
    <Stack gap="xs">
      {isRunning && started_at && <Elapsed since={started_at} done={done} all={checks.length} />}
      <details open={isRunning}>
        <Text component="summary" fw={600} style={{ cursor: "pointer", minHeight: 44, alignContent: "center" }}>
          {t("preflight.checks", { count: done })}
        </Text>
        <Stack gap={4}>
          {checks.map((check) => (
            <Check key={check.name} check={check} />
          ))}
        </Stack>
      </details>
    </Stack>
  );
}

function Elapsed({ since, done, all }: { since: string; done: number; all: number }) {
  const { t } = useTranslation("operations");
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.min(LONGEST_SECONDS, Math.max(0, Math.round((now - new Date(since).getTime()) / 1_000)));
  return (
    <>
      <Text size="sm" className="number">
        {t("preflight.elapsed", { done, all, seconds, most: LONGEST_SECONDS })}
      </Text>
      <Progress value={(seconds / LONGEST_SECONDS) * 100} aria-label={t("preflight.progress")} />
    </>
  );
}

function Check({ check: { name, state, ms, note } }: { check: Schemas["CheckShown"] }) {
  const { t } = useTranslation("operations");
  const formats = useFormats();
  // "photo evening": a kind of check, and what it is about
  const [kind = name, ...about] = /^(photo|fallback|key) /.test(name) ? name.split(" ") : [name.replaceAll(" ", "_")];
  const Icon = ICONS[state];
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Icon size={20} aria-hidden style={{ flexShrink: 0 }} />
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {t(`check.${kind}`, { about: about.join(" "), defaultValue: name })}: {t(`checkState.${state}`)}
        {ms !== null && ms !== undefined && `, ${formats.duration(ms)}`}
        {note && (
          <Text component="span" size="sm" c="dimmed" lang="en">
            {" "}
            ({note})
          </Text>
        )}
      </Text>
    </Group>
  );
}
