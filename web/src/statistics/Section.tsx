import { Text, Title } from "@mantine/core";
import { useId, type ReactNode } from "react";

/** A heading, a line that says what is counted, and the table. */
export function Section({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Title order={2} size="h3" id={id}>
        {title}
      </Title>
      {note && (
        <Text size="sm" mb="xs">
          {note}
        </Text>
      )}
      {children}
    </section>
  );
}
