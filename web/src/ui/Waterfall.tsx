import { Box, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats } from "./format";

export interface Segment {
  /** Unique within one waterfall. */
  key: string;
  label: string;
  startMs: number;
  /** Null: it is not over. */
  lengthMs: number | null;
  /** A colour of the theme; grey if there is none. */
  color?: string;
}

interface Props {
  segments: readonly Segment[];
  /** How long all of it took; until then go segments that are not over. */
  totalMs: number;
  /** Where the window ends, drawn as a line if the photo came near it. */
  limitMs?: number;
  /** What it shows, for screen readers: "Where the time of this photo went". */
  label: string;
}

/** The line is drawn when the window is at most so many times as long as what it took. */
const NEAR = 2;

/** Where the time went: one line a step, each a bar at its place, with its length in words beside it. */
export function Waterfall({ segments, totalMs, limitMs, label }: Props) {
  const { t } = useTranslation("reasons");
  const formats = useFormats();
  // a window that is far off would make every bar a dot
  const isLimitNear = limitMs !== undefined && limitMs < NEAR * totalMs;
  const scale = Math.max(totalMs, isLimitNear ? limitMs : 0, 1);
  const percent = (ms: number) => `${Math.min(100, (100 * ms) / scale)}%`;
  return (
    <Table aria-label={label} withRowBorders={false} verticalSpacing={4} horizontalSpacing="xs" layout="fixed">
      <Table.Tbody>
        {segments.map((segment) => {
          const length = segment.lengthMs ?? Math.max(0, totalMs - segment.startMs);
          return (
            <Table.Tr key={segment.key}>
              <Table.Th scope="row" fw={400} w="36%" style={{ overflowWrap: "anywhere" }}>
                {segment.label}
              </Table.Th>
              <Table.Td aria-hidden>
                <Box pos="relative" h={16}>
                  <Box pos="absolute" top={0} bottom={0} left={percent(segment.startMs)} w={percent(length)} miw={2} bg={`${segment.color ?? "gray"}.6`}
                    style={{ borderRadius: 3, opacity: segment.lengthMs === null ? 0.5 : 1 }} />
                  {isLimitNear && <Box pos="absolute" top={-4} bottom={-4} left={percent(limitMs)} style={{ borderLeft: "2px dashed var(--mantine-color-red-6)" }} />}
                </Box>
              </Table.Td>
              <Table.Td className="number" w={90} ta="right">
                {segment.lengthMs === null ? t("notOver") : formats.duration(segment.lengthMs)}
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th scope="row">{t("total")}</Table.Th>
          <Table.Td>
            {limitMs !== undefined && (
              <Text size="sm" c="dimmed" ta="right">
                {t("window", { length: formats.duration(limitMs) })}
              </Text>
            )}
          </Table.Td>
          <Table.Td className="number" ta="right" fw={700}>
            {formats.duration(totalMs)}
          </Table.Td>
        </Table.Tr>
      </Table.Tfoot>
    </Table>
  );
}
