import { Alert, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Moment } from "../ui/Moment";
import { useFormats } from "../ui/format";
import { hindrancesOf, type Breaker, type Provider } from "./health";

/** Why a provider is not asked: a sentence for each reason, since when, and when it is tried again. */
export function Hindrances({ provider }: { provider: Provider }) {
  const { t } = useTranslation("providers");
  const found = hindrancesOf(provider).filter(({ reason }) => reason !== "pause");
  const retired = provider.models?.retired ?? [];
  return (
    <div aria-live="polite">
      <Stack gap="xs">
        {found.map((breaker) => (
          <Hindrance key={breaker.reason} breaker={breaker} />
        ))}
        {!provider.has_key && <Alert color="red">{t("hindrance.noKey")}</Alert>}
        {retired.map(({ model, slot_ids }) => (
          <Alert key={model} color="orange">
            {t("hindrance.retired", { model, slots: slot_ids.join(", "), count: slot_ids.length })}
          </Alert>
        ))}
      </Stack>
    </div>
  );
}

function Hindrance({ breaker: { reason, state, since, tries_at, detail, by } }: { breaker: Breaker }) {
  const { t } = useTranslation("providers");
  const formats = useFormats();
  return (
    <Alert color={state === "half_open" ? "yellow" : "red"} title={t(`hindrance.${reason}`)}>
      <Text size="sm">
        {by ? t("hindrance.by", { by }) : t("hindrance.since")} {since && <Moment at={since} />}.{" "}
        {state === "half_open" && t("hindrance.tries")}
        {state === "open" && tries_at && t("hindrance.triesAt", { time: formats.time(tries_at) })}
        {state === "open" && !tries_at && t("hindrance.byHandOnly")}
      </Text>
      {detail && (
        <Text size="sm" mt={4} style={{ overflowWrap: "anywhere" }}>
          {t("words", { detail })}
        </Text>
      )}
    </Alert>
  );
}
