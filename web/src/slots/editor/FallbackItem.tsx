import { useSortable } from "@dnd-kit/sortable";
import { ActionIcon, Group, Paper, Stack, Title } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconGripVertical, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { RouteDraft } from "../draft";
import { RouteFields, type RouteValue } from "./RouteFields";

interface Props {
  route: RouteDraft;
  /** From 0. */
  place: number;
  count: number;
  hasParams: boolean;
  isReadOnly: boolean;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
  onChange: (value: RouteValue) => void;
}

export function FallbackItem({ route, place, count, hasParams, isReadOnly, onMove, onRemove, onChange }: Props) {
  const { t } = useTranslation("slots");
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({ id: route.key });
  const number = place + 1;
  const style = { transform: transform ? `translate3d(${transform.x}px, ${transform.y}px, 0)` : undefined, transition, opacity: isDragging ? 0.6 : 1 };
  return (
    <Paper component="li" ref={setNodeRef} withBorder p="sm" style={style}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Title order={3} size="h5">
            {t("fallback.title", { number })}
          </Title>
          {!isReadOnly && (
            <Group gap={4} wrap="nowrap">
              <ActionIcon ref={setActivatorNodeRef} {...attributes} {...listeners} aria-label={t("fallback.drag", { number })} style={{ cursor: "grab", touchAction: "none" }}>
                <IconGripVertical aria-hidden />
              </ActionIcon>
              <ActionIcon disabled={place === 0} onClick={() => onMove(-1)} aria-label={t("fallback.up", { number })}>
                <IconArrowUp aria-hidden />
              </ActionIcon>
              <ActionIcon disabled={number === count} onClick={() => onMove(1)} aria-label={t("fallback.down", { number })}>
                <IconArrowDown aria-hidden />
              </ActionIcon>
              <ActionIcon onClick={onRemove} aria-label={t("fallback.remove", { number })}>
                <IconTrash aria-hidden />
              </ActionIcon>
            </Group>
          )}
        </Group>
        <RouteFields pointer={`/fallbacks/${place}`} value={route} onChange={onChange} hasParams={hasParams} />
      </Stack>
    </Paper>
  );
}
