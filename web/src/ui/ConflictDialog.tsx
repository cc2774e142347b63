import { Button, Group, Modal, Paper, Radio, Stack, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Choices, Side } from "./conflict";

export interface ConflictRow {
  field: string;
  label: string;
  mine: string;
  theirs: string;
  suggested: Side;
}

interface Props {
  rows: readonly ConflictRow[];
  /** Who saved before, if that is known. */
  children?: ReactNode;
  /** Called with a choice for each row. */
  onResolve: (choices: Choices) => void;
  /** Back to the form, with everything typed into it. */
  onClose: () => void;
}

/** Somebody else saved first: what is there now beside mine, field by field, with a choice for each. */
export function ConflictDialog({ rows, children, onResolve, onClose }: Props) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Choices>(new Map());
  const sideOf = ({ field, suggested }: ConflictRow) => chosen.get(field) ?? suggested;
  const all = (side: Side) => setChosen(new Map(rows.map(({ field }) => [field, side])));
  return (
    <Modal opened onClose={onClose} size="xl" title={t("both.title")} closeButtonProps={{ "aria-label": t("close") }}>
      <Stack gap="md">
        {children}
        <Text>{t(rows.length === 0 ? "both.same" : "both.text")}</Text>
        {rows.length > 1 && (
          <Group gap="xs">
            <Button variant="default" onClick={() => all("mine")}>
              {t("both.allMine")}
            </Button>
            <Button variant="default" onClick={() => all("theirs")}>
              {t("both.allTheirs")}
            </Button>
          </Group>
        )}
        {rows.map((row) => (
          <OneField key={row.field} row={row} side={sideOf(row)} onChoose={(side) => setChosen(new Map([...chosen, [row.field, side]]))} />
        ))}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t("both.later")}
          </Button>
          <Button onClick={() => onResolve(new Map(rows.map((row) => [row.field, sideOf(row)])))}>{t("both.save")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function OneField({ row, side, onChoose }: { row: ConflictRow; side: Side; onChoose: (side: Side) => void }) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="sm">
      <Radio.Group label={row.label} value={side} onChange={(value) => onChoose(value as Side)}>
        <Stack gap="xs" mt="xs">
          {(["mine", "theirs"] as const).map((one) => (
            <Radio key={one} value={one} size="md" label={<Value of={t(`both.${one}`)} text={row[one]} />} />
          ))}
        </Stack>
      </Radio.Group>
    </Paper>
  );
}

function Value({ of, text }: { of: string; text: string }) {
  return (
    <>
      <Text span fw={600}>
        {of}
      </Text>{" "}
      <Text span className="number" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {text}
      </Text>
    </>
  );
}
