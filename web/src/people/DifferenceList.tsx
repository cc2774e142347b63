import { Button, Flex, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Difference } from "./differences";

/** More than these are shown on demand. */
const AT_FIRST = 6;
/** As the API hides what nobody may read here. */
const HIDDEN = "[hidden]";

/** Field by field what was and what is. */
export function DifferenceList({ differences }: { differences: readonly Difference[] }) {
  const { t } = useTranslation("people");
  const [isWhole, setIsWhole] = useState(false);
  const seen = isWhole ? differences : differences.slice(0, AT_FIRST);
  const left = differences.length - seen.length;
  return (
    <Stack gap={4}>
      {seen.map((difference) => (
        <OneDifference key={difference.path} difference={difference} isWhole={isWhole} />
      ))}
      {left > 0 && (
        <Button variant="subtle" w="fit-content" onClick={() => setIsWhole(true)}>
          {t("audit.moreFields", { count: left })}
        </Button>
      )}
    </Stack>
  );
}

function OneDifference({ difference: { path, before, after }, isWhole }: { difference: Difference; isWhole: boolean }) {
  const { t } = useTranslation("people");
  const name = useFieldName(path);
  const inWords = (value: string) => {
    if (value === HIDDEN) return t("audit.hidden");
    if (value === "true") return t("audit.yes");
    return value === "false" ? t("audit.no") : value;
  };
  return (
    <Flex direction={{ base: "column", sm: "row" }} gap={{ base: 0, sm: "md" }}>
      <Text size="sm" fw={500} w={{ base: "100%", sm: 280 }} style={{ flexShrink: 0, overflowWrap: "anywhere" }}>
        {name}
      </Text>
      <Text size="sm" style={{ overflowWrap: "anywhere" }} {...(isWhole ? {} : { lineClamp: 4 })}>
        {before !== null && <del>{inWords(before)}</del>}
        {before !== null && after !== null && " → "}
        {after !== null && <ins style={{ textDecoration: "none" }}>{inWords(after)}</ins>}
      </Text>
    </Flex>
  );
}

/** The first part of the path in words, where there are any, and the rest as it is. */
function useFieldName(path: string): string {
  const { t, i18n } = useTranslation("people");
  useTranslation("settings");
  const [first = path] = path.split(".");
  if (i18n.exists(`settings:field.${first}.label`)) return t(`settings:field.${first}.label`);
  if (!i18n.exists(`people:audit.field.${first}`)) return path;
  return [t(`audit.field.${first}`), path.slice(first.length + 1)].filter(Boolean).join(": ");
}
