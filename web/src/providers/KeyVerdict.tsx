import { Alert, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";

type Test = Schemas["KeyTest"];

const COLORS: Record<Test["verdict"], string> = { accepted: "green", refused: "red", unknown: "orange", no_key: "red", not_testable: "gray" };

/** What came of a test of a key: in words, with the provider's own and the time. */
export function KeyVerdict({ test: { verdict, detail, last4, tested_at } }: { test: Test }) {
  const { t } = useTranslation("providers");
  const formats = useFormats();
  return (
    <Alert color={COLORS[verdict]} title={t(`verdict.${verdict}.what`)}>
      <Text size="sm">{t(`verdict.${verdict}.do`)}</Text>
      {detail && (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {t("words", { detail })}
        </Text>
      )}
      <Text size="sm">
        {last4 ? t("key.testedWith", { last4, time: formats.moment(tested_at) }) : t("key.tested", { time: formats.moment(tested_at) })}
      </Text>
    </Alert>
  );
}
