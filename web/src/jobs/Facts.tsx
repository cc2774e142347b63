import { Text } from "@mantine/core";
import type { ReactNode } from "react";

/** Names and values below each other; those without a value are left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl style={{ display: "grid", gridTemplateColumns: "minmax(0, 2fr) minmax(0, 5fr)", gap: "4px 16px", margin: 0 }}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <Text component="dt" size="sm" fw={600}>
              {name}
            </Text>
            <Text component="dd" m={0} size="sm" style={{ overflowWrap: "anywhere" }}>
              {value}
            </Text>
          </div>
        ))}
    </dl>
  );
}
