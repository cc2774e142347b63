import "@mantine/charts/styles.css";

import { BarChart, LineChart } from "@mantine/charts";
import { Button, Group, Paper, SimpleGrid, Table, Text, Title } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/schema";
import { useFormats } from "../ui/format";

type Point = Schemas["Point"];

const HEIGHT = 280;
/** The keyboard has the table. */
const BY_MOUSE = { accessibilityLayer: false };
const DAY_SECONDS = 86_400;
/** Told apart by all kinds of colour-blind people (Okabe and Ito), and light enough for both themes. */
const COLORS = { done: "#0072b2", timeouts: "#e69f00", provider_errors: "#d55e00", refusals: "#cc79a7", others: "#8a8a8a", running: "#56b4e9" } as const;
const ENDS = ["done", "running", "timeouts", "provider_errors", "refusals", "others"] as const;
const [P50_COLOR, P95_COLOR, SHARE_COLOR] = ["#0072b2", "#d55e00", "#009e73"];

/** How the photos went step by step: how many and how they ended, how long they took, how many came back. */
export default function Charts({ series: { points, step_seconds: step } }: { series: Schemas["Series"] }) {
  const { t, i18n } = useTranslation("statistics");
  const formats = useFormats();
  const time = new Intl.DateTimeFormat(i18n.language, step >= DAY_SECONDS ? { day: "numeric", month: "short" } : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const at = (point: Point) => time.format(new Date(point.at));
  const common = { h: HEIGHT, dataKey: "at", withLegend: true, tickLine: "none" as const, tooltipAnimationDuration: 0, valueFormatter: formats.number, legendProps: { verticalAlign: "bottom" as const } };
  const barProps = { isAnimationActive: false };
  const ends = ENDS.map((name) => ({ name, label: t(`count.${name}`), color: COLORS[name] }));
  const times = [{ name: "p50", label: t("chart.half"), color: P50_COLOR }, { name: "p95", label: t("chart.most"), color: P95_COLOR, strokeDasharray: "6 4" }];
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <Chart title={t("chart.photos")} points={points} columns={[["jobs", formats.number], ...ENDS.map((name) => [name, formats.number] as const)]} at={at}>
        <BarChart {...common} type="stacked" data={points.map((point) => ({ ...point, at: at(point) }))} series={ends} barProps={barProps} barChartProps={BY_MOUSE} />
      </Chart>
      <Chart title={t("chart.times")} points={points} columns={[["p50", formats.duration], ["p95", formats.duration]]} at={at}>
        <LineChart {...common} valueFormatter={formats.duration} data={points.map((point) => ({ at: at(point), p50: point.p50, p95: point.p95 }))} series={times} lineProps={barProps} lineChartProps={BY_MOUSE}
          curveType="linear" connectNulls={false} yAxisProps={{ width: 72 }} />
      </Chart>
      <Chart title={t("chart.share")} points={points} columns={[["success_share", formats.share]]} at={at}>
        <LineChart {...common} valueFormatter={formats.share} data={points.map((point) => ({ at: at(point), share: point.success_share }))} lineProps={barProps} lineChartProps={BY_MOUSE}
          series={[{ name: "share", label: t("count.share"), color: SHARE_COLOR }]} curveType="linear" connectNulls={false} yAxisProps={{ domain: [0, 1], width: 64 }} />
      </Chart>
    </SimpleGrid>
  );
}

type Shown = "jobs" | "p50" | "p95" | "success_share" | (typeof ENDS)[number];

interface Props {
  title: string;
  points: readonly Point[];
  /** What the table has beside the time, and how it is written. */
  columns: readonly (readonly [Shown, (value: number) => string])[];
  at: (point: Point) => string;
  children: ReactNode;
}

/** A picture that not everybody can read, and the same as a table. */
function Chart({ title, points, columns, at, children }: Props) {
  const { t } = useTranslation("statistics");
  const [isTable, setIsTable] = useState(false);
  return (
    <Paper component="section" withBorder p="md" aria-label={title} miw={0}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {title}
        </Title>
        <Button variant="default" onClick={() => setIsTable(!isTable)} aria-label={t(isTable ? "chart.asChartNamed" : "chart.asTableNamed", { title })}>
          {t(isTable ? "chart.asChart" : "chart.asTable")}
        </Button>
      </Group>
      {isTable ? (
        // the keyboard scrolls it too
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <section aria-label={t("chart.asTableNamed", { title })} tabIndex={0} style={{ height: HEIGHT, overflow: "auto" }}>
          <Numbers title={title} points={points} columns={columns} at={at} />
        </section>
      ) : (
        <div aria-hidden>{children}</div>
      )}
    </Paper>
  );
}

function Numbers({ title, points, columns, at }: Omit<Props, "children">) {
  const { t } = useTranslation("statistics");
  return (
    <Table aria-label={title} stickyHeader>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("chart.time")}</Table.Th>
          {columns.map(([name]) => (
            <Table.Th key={name} ta="right">
              {t(`count.${name}`)}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {points.map((point) => (
          <Table.Tr key={point.at}>
            <Table.Td style={{ whiteSpace: "nowrap" }}>{at(point)}</Table.Td>
            {columns.map(([name, write]) => (
              <Table.Td key={name} ta="right" className="number">
                <Text span>{point[name] === null ? "—" : write(point[name])}</Text>
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
