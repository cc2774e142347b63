import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import { useMay } from "../session/session";
import { switchOf } from "./providersNow";
import { usePauseProvider } from "./pauseProvider";
import { titleOf, useSwitchOver } from "./slotChanges";
import type { Finding, FindingKind, Seen } from "./trafficLight";
import { WRAPS } from "./wraps";

/** The provider is what is wrong: another one would do better. */
const IS_PROVIDERS: ReadonlySet<FindingKind> = new Set(["notComing", "someFail", "slow", "noProvider"]);

/** What can be done about a finding from here: switch the slot over, keep photos from the provider, look closer. */
export function FindingActions({ finding, seen }: { finding: Finding; seen: Seen }) {
  const { t } = useTranslation("today");
  const switchOver = useSwitchOver(seen);
  const pauseProvider = usePauseProvider(seen);
  const [isAdministrator, isOperator] = [useMay("admin"), useMay("operator")];
  const slot = seen.slots.find(({ id }) => id === finding.slotId);
  const planned = slot && IS_PROVIDERS.has(finding.kind) ? switchOf(slot, seen) : null;
  return (
    <Group gap="xs">
      {slot && planned && isAdministrator && (
        <Button {...WRAPS} variant="white" color="dark" onClick={() => void switchOver(slot)} aria-label={t("slots.switchNamed", { name: slot.name, to: titleOf(planned.to, seen) })}>
          {t("slots.switch", { to: titleOf(planned.to, seen) })}
        </Button>
      )}
      {planned && finding.provider && isOperator && !isAdministrator && (
        <Button {...WRAPS} variant="white" color="dark" onClick={() => void pauseProvider(finding.provider ?? "")}>
          {t("providers.pause", { provider: titleOf(finding.provider, seen) })}
        </Button>
      )}
      {slot && finding.kind !== "noProvider" && (
        <Button {...WRAPS} variant="white" color="dark" component={Link} to={jobsOf(finding)}>
          {t("light.look")}
        </Button>
      )}
      {finding.provider && !slot && (
        <Button {...WRAPS} variant="white" color="dark" component={Link} to={`/providers/${finding.provider}`}>
          {t("light.provider", { provider: titleOf(finding.provider, seen) })}
        </Button>
      )}
    </Group>
  );
}

function jobsOf({ slotId, reason }: Finding): string {
  const query = new URLSearchParams({ slot: slotId ?? "" });
  if (reason) query.set("reason", reason);
  return `/jobs?${query.toString()}`;
}
