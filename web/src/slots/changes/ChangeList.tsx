import { Box, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { FieldChange } from "./changesBetween";
import { useFieldText } from "./fieldText";
import { wordDiff } from "./wordDiff";

const MARKS = { removed: { component: "del", bg: "red" }, added: { component: "ins", bg: "green" } } as const;

/** What differs between two versions of a slot's settings, field by field; long texts word by word. */
export function ChangeList({ changes }: { changes: readonly FieldChange[] }) {
  const { t } = useTranslation("history");
  const fieldText = useFieldText();
  if (changes.length === 0) return <Text>{t("same")}</Text>;
  return (
    <Stack component="dl" gap="xs" m={0}>
      {changes.map((change) => (
        <Paper key={change.pointer} withBorder p="xs">
          <Text component="dt" fw={600}>
            {fieldText.nameOf(change.pointer)}
          </Text>
          <Box component="dd" m={0} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
            <Change change={change} />
          </Box>
        </Paper>
      ))}
    </Stack>
  );
}

function Change({ change: { pointer, kind, before, after, is_secret } }: { change: FieldChange }) {
  const { t } = useTranslation("history");
  const { valueOf } = useFieldText();
  if (is_secret) return <Text>{t(`secret.${kind}`)}</Text>;
  const [was, is] = [valueOf(pointer, before), valueOf(pointer, after)];
  if (kind === "added") return <Mark kind="added" text={is} />;
  if (kind === "removed") return <Mark kind="removed" text={was} />;
  if (typeof before !== "string" || typeof after !== "string" || !before.includes(" ")) {
    return (
      <>
        <Mark kind="removed" text={was} /> → <Mark kind="added" text={is} />
      </>
    );
  }
  return wordDiff(before, after).map(({ kind: piece, text }, place) => {
    const key = `${place} ${piece}`;
    return piece === "same" ? <span key={key}>{text}</span> : <Mark key={key} kind={piece} text={text} />;
  });
}

function Mark({ kind, text }: { kind: "removed" | "added"; text: string }) {
  const { component, bg } = MARKS[kind];
  return (
    <Box component={component} px={2} style={{ background: `var(--mantine-color-${bg}-light)`, borderRadius: 3, textDecoration: kind === "removed" ? "line-through" : "none" }}>
      {text}
    </Box>
  );
}
