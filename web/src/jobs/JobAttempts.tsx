import { Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { $api } from "../api/client";
import type { Schemas } from "../api/schema";
import { useMoney } from "../providers/money";
import { CopyButton } from "../ui/CopyButton";
import { useFormats } from "../ui/format";
import { useReasonText } from "../ui/reasonText";
import { Facts } from "./Facts";

type Attempt = Schemas["AttemptShown"];

/** Each attempt at a provider: how it ended, in the provider's own words, and what it cost. */
export function JobAttempts({ job }: { job: Schemas["JobDetail"] }) {
  const { t } = useTranslation("jobs");
  if (job.attempts.length === 0) return <Text>{t(job.finalized_at === null ? "attempt.notYet" : "attempt.none")}</Text>;
  return (
    <Stack gap="xs" component="ol" m={0} p={0} style={{ listStyle: "none" }}>
      {job.attempts.map((attempt) => (
        <OneAttempt key={attempt.n} attempt={attempt} />
      ))}
    </Stack>
  );
}

function OneAttempt({ attempt }: { attempt: Attempt }) {
  const { t } = useTranslation("jobs");
  const formats = useFormats();
  const reasons = useReasonText();
  const cost = useCost(attempt.ledger);
  const { data } = $api.useQuery("get", "/api/v1/providers", {}, { staleTime: 60_000 });
  const title = data?.items.find(({ manifest }) => manifest.name === attempt.provider)?.manifest.title ?? attempt.provider;
  const reference = attempt.provider_reference;
  return (
    <Paper component="li" withBorder p="sm">
      <Text fw={700}>
        {attempt.n}. {title}: {attempt.outcome ? reasons.outcome(attempt.outcome) : t("attempt.running")}
      </Text>
      {attempt.detail && (
        <Text component="blockquote" m={0} my={4} pl="sm" style={{ borderLeft: "3px solid var(--mantine-color-red-6)", overflowWrap: "anywhere" }}>
          {attempt.detail}
        </Text>
      )}
      <Facts
        facts={[
          [t("attempt.operation"), t(`common:operation.${attempt.operation}`)],
          [t("attempt.calls"), formats.number(attempt.calls)],
          [t("attempt.time"), formats.duration(attempt.provider_ms)],
          [t("attempt.cost"), cost],
          [t("attempt.model"), attempt.ledger.find(({ model }) => model)?.model],
          [t("attempt.takeovers"), attempt.takeovers > 0 ? formats.number(attempt.takeovers) : null],
          [t("attempt.reference"), reference && <CopyText key="reference" text={reference} label={t("attempt.reference")} />],
        ]}
      />
    </Paper>
  );
}

function CopyText({ text, label }: { text: string; label: string }) {
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 4 }}>
      {text} <CopyButton value={text} label={label} />
    </span>
  );
}

/** Gives what the calls cost, as far as it is known. */
function useCost(ledger: Attempt["ledger"]): string | null {
  const { t } = useTranslation("jobs");
  const money = useMoney();
  const known = ledger.filter(({ cost_micros: cost, currency }) => cost !== null && currency !== null);
  const currency = known[0]?.currency;
  if (ledger.length === 0) return null;
  if (!currency) return t("attempt.costUnknown");
  return money(known.reduce((sum, call) => sum + (call.cost_micros ?? 0), 0), currency);
}
