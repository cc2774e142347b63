import { Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** What stands in place of a list without anything in it: what it is for, and what to do first. */
export function Empty({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <Paper withBorder p="xl">
      <Stack align="center" gap="xs">
        <Title order={2} size="h4" ta="center">
          {title}
        </Title>
        <Text ta="center" maw={520}>
          {text}
        </Text>
        {children}
      </Stack>
    </Paper>
  );
}
