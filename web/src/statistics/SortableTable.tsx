import { Group, Table, Text, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconArrowsSort } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

export interface Column<Row> {
  key: string;
  label: string;
  /** What rows are sorted by; null goes last. */
  value: (row: Row) => string | number | null;
  /** What stands there, if not the value itself. */
  show?: (row: Row) => ReactNode;
  isText?: boolean;
}

interface Props<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** What stands there without rows. */
  empty: string;
}

/** The first column stays when the others are scrolled. */
const STAYS = { position: "sticky", left: 0, background: "var(--mantine-color-body)", zIndex: 1 } as const;

interface Order {
  key: string;
  isFalling: boolean;
}

/** A table that is sorted by a click on a heading; wider than a phone, it is scrolled by itself, not with the page. */
export function SortableTable<Row>({ label, columns, rows, keyOf, empty }: Props<Row>) {
  const { t } = useTranslation("statistics");
  const [order, setOrder] = useState<Order | null>(null);
  if (rows.length === 0) return <Text>{empty}</Text>;
  const column = columns.find(({ key }) => key === order?.key);
  const sorted = column && order ? rows.toSorted((a, b) => compared(column.value(a), column.value(b), order.isFalling)) : rows;
  const sortBy = ({ key, isText }: Column<Row>) => setOrder((before) => (before?.key === key ? { key, isFalling: !before.isFalling } : { key, isFalling: !isText }));
  const stateOf = (key: string) => (order?.key !== key ? "none" : order.isFalling ? "descending" : "ascending");
  return (
    <div style={{ overflowX: "auto" }}>
      <Table verticalSpacing="xs" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((one, place) => (
              <Table.Th key={one.key} aria-sort={stateOf(one.key)} ta={one.isText ? "left" : "right"} style={place === 0 ? STAYS : {}}>
                <UnstyledButton fw={700} fz="sm" mih={44} onClick={() => sortBy(one)} title={t("table.sort", { column: one.label })}>
                  <Group gap={4} wrap="nowrap" justify={one.isText ? "flex-start" : "flex-end"} style={{ whiteSpace: "nowrap" }}>
                    {one.label}
                    {stateOf(one.key) === "none" ? <IconArrowsSort size={14} aria-hidden /> : order?.isFalling ? <IconArrowDown size={14} aria-hidden /> : <IconArrowUp size={14} aria-hidden />}
                  </Group>
                </UnstyledButton>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map((row) => (
            <Table.Tr key={keyOf(row)}>
              {columns.map((one, place) => (
                <Table.Td key={one.key} ta={one.isText ? "left" : "right"} className="number" style={{ ...(one.isText ? { minWidth: 130 } : { whiteSpace: "nowrap" }), ...(place === 0 && STAYS) }}>
                  {one.show ? one.show(row) : one.value(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function compared(a: string | number | null, b: string | number | null, isFalling: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order = typeof a === "string" ? a.localeCompare(String(b)) : a - Number(b);
  return isFalling ? -order : order;
}
