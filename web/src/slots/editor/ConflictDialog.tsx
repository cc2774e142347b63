import { Button, Group, Modal, Paper, Radio, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { differences, type Difference, type Side } from "../conflict";
import type { Draft } from "../draft";
import type { Conflict } from "./useSaving";

interface Props {
  conflict: Conflict;
  base: Draft;
  mine: Draft;
  onResolve: (choices: ReadonlyMap<string, Side>) => void;
  onClose: () => void;
}

/** Somebody else was faster: what they made of the slot beside mine, field by field, with a choice for each. */
export function ConflictDialog({ conflict, base, mine, onResolve, onClose }: Props) {
  const { t } = useTranslation("slots");
  const { current } = conflict;
  const found = useMemo(() => differences(base, mine, current), [base, mine, current]);
  const [chosen, setChosen] = useState<ReadonlyMap<string, Side>>(new Map());
  const sideOf = (difference: Difference) => chosen.get(difference.field) ?? difference.suggested;
  const all = (side: Side) => setChosen(new Map(found.map(({ field }) => [field, side])));
  return (
    <Modal opened onClose={onClose} size="xl" title={t("conflict.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack gap="md">
        <Text>{t(found.length === 0 ? "conflict.same" : "conflict.text", { author: current.author || t("conflict.somebody"), version: current.version })}</Text>
        {current.comment && <Text fs="italic">{t("conflict.comment", { comment: current.comment })}</Text>}
        {found.length > 1 && (
          <Group gap="xs">
            <Button variant="default" onClick={() => all("mine")}>
              {t("conflict.allMine")}
            </Button>
            <Button variant="default" onClick={() => all("theirs")}>
              {t("conflict.allTheirs")}
            </Button>
          </Group>
        )}
        {found.map((difference) => (
          <OneField key={difference.field} difference={difference} side={sideOf(difference)} onChoose={(side) => setChosen(new Map([...chosen, [difference.field, side]]))} />
        ))}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t("conflict.later")}
          </Button>
          <Button onClick={() => onResolve(new Map(found.map((difference) => [difference.field, sideOf(difference)])))}>{t("conflict.save")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function OneField({ difference: { field, mine, theirs }, side, onChoose }: { difference: Difference; side: Side; onChoose: (side: Side) => void }) {
  const { t } = useTranslation("slots");
  const [, param] = /^params\.(.+)$/.exec(field) ?? [];
  const name = param === undefined ? t(`field.${field}`) : t("field.param", { name: param });
  return (
    <Paper withBorder p="sm">
      <Radio.Group label={name} value={side} onChange={(value) => onChoose(value as Side)}>
        <Stack gap="xs" mt="xs">
          {(["mine", "theirs"] as const).map((one) => (
            <Radio key={one} value={one} size="md" label={<Value side={one} value={one === "mine" ? mine : theirs} />} />
          ))}
        </Stack>
      </Radio.Group>
    </Paper>
  );
}

function Value({ side, value }: { side: Side; value: unknown }) {
  const { t } = useTranslation("slots");
  return (
    <>
      <Text span fw={600}>
        {t(`conflict.${side}`)}
      </Text>{" "}
      <Text span style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {shown(value, t("conflict.nothing"))}
      </Text>
    </>
  );
}

function shown(value: unknown, nothing: string): string {
  if (value === undefined || value === null || value === "") return nothing;
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}
