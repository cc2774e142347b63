import { Group, Skeleton, Stack, Title, VisuallyHidden } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  title: string;
  /** Buttons at the right of the title; below it on a phone. */
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of a page: its heading, which is also the tab's title, and its main actions. */
export function Page({ title, actions, children }: Props) {
  useDocumentTitle(`${title} · PhotoChanger`);
  return (
    <Stack gap="md" maw={1400} mx="auto">
      <Group justify="space-between" gap="sm">
        <Title order={1} size="h2" style={{ overflowWrap: "anywhere" }}>
          {title}
        </Title>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

/** What stands where a page will be; about as high, so that nothing jumps. */
export function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack gap="md" maw={1400} mx="auto">
      <VisuallyHidden component="output">
        {t("loading")}
      </VisuallyHidden>
      <Skeleton height={44} width={220} />
      <RowsSkeleton />
    </Stack>
  );
}

/** `rows` lines of `height` pixels that are being loaded. */
export function RowsSkeleton({ rows = 6, height = 56 }: { rows?: number; height?: number }) {
  return (
    <Stack gap="xs" aria-hidden>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} />
      ))}
    </Stack>
  );
}
