import { Paper, Text } from "@mantine/core";

interface Props {
  label: string;
  value: string;
  /** What the number is of. */
  note?: string | undefined;
}

/** One number, large enough to be read from a step away. */
export function Figure({ label, value, note }: Props) {
  return (
    <Paper withBorder p="sm">
      <Text component="dt" size="sm" fw={600}>
        {label}
      </Text>
      <Text component="dd" m={0} fz={28} fw={800} lh={1.2} className="number">
        {value}
      </Text>
      {note && (
        <Text component="dd" m={0} size="sm">
          {note}
        </Text>
      )}
    </Paper>
  );
}
