import { Alert, Anchor, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";

import { groupsOf, mendedAt, type Finding } from "./findings";

/** What a preflight found: sentences, grouped by slot and provider, with what to do and where. */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  const { t } = useTranslation("operations");
  return groupsOf(findings).map(({ kind, name, findings: found }) => (
    <section key={`${kind} ${name}`} aria-label={t(`preflight.about.${kind}`, { name })}>
      <Stack gap="xs">
        <Title order={3} size="h5">
          {t(`preflight.about.${kind}`, { name })}
        </Title>
        {found.map((finding) => (
          <FindingShown key={`${finding.code} ${finding.problem}`} finding={finding} />
        ))}
      </Stack>
    </section>
  ));
}

function FindingShown({ finding }: { finding: Finding }) {
  const { t } = useTranslation("operations");
  const { code, severity, problem, remedy, slot_id, provider } = finding;
  const about = { slot: slot_id ?? "", provider: provider ?? "" };
  const place = mendedAt(finding);
  const Icon = severity === "error" ? IconCircleX : IconAlertTriangle;
  return (
    <Alert color={severity === "error" ? "red" : "yellow"} icon={<Icon aria-hidden />} title={`${t(`severity.${severity}`)}: ${t(`finding.${code}.problem`, { ...about, defaultValue: problem })}`}>
      <Stack gap={4}>
        <Text size="sm">{t(`finding.${code}.remedy`, { ...about, defaultValue: remedy })}</Text>
        <Text size="sm" lang="en" style={{ overflowWrap: "anywhere" }}>
          {problem}
        </Text>
        {place && (
          <Anchor component={Link} to={place.to} size="sm" c="inherit" style={{ minHeight: 44, alignContent: "center" }} w="fit-content">
            {t(`mend.${place.place}`, about)}
          </Anchor>
        )}
      </Stack>
    </Alert>
  );
}
