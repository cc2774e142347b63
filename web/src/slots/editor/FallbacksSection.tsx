import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors, type DragEndEvent } from "@dnd-kit/core";
import { arrayMove, SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconArrowBackUp, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { RANGES, routeDraft, type Operation, type RouteDraft } from "../draft";
import { FallbackItem } from "./FallbackItem";
import { useFault, useSlotForm } from "./form";
import { Section } from "./Section";
import { useDragWords } from "./useDragWords";

/** Other providers, tried in this order while time remains; moved by pointer, by keyboard, or by their buttons. */
export function FallbacksSection({ hasParams }: { hasParams: boolean }) {
  const { t } = useTranslation("slots");
  const { draft, change, providers, isReadOnly } = useSlotForm();
  const [before, setBefore] = useState<readonly RouteDraft[] | null>(null);
  const error = useFault("/fallbacks");
  const { fallbacks } = draft;
  const sensors = useSensors(useSensor(PointerSensor), useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }));
  const accessibility = useDragWords(fallbacks.map(({ key }) => key));

  const set = (next: readonly RouteDraft[]) => change({ fallbacks: next });
  const move = (from: number, to: number) => set(arrayMove([...fallbacks], from, to));
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    const [from, to] = [active, over].map((item) => fallbacks.findIndex(({ key }) => key === item?.id));
    if (from !== undefined && to !== undefined && from >= 0 && to >= 0 && from !== to) move(from, to);
  };
  const add = () => {
    const other = providers.find(({ manifest }) => manifest.name !== draft.provider) ?? providers[0];
    if (!other) return;
    const operations = Object.keys(other.manifest.operations) as Operation[];
    const operation = operations.find((name) => name === draft.operation) ?? operations[0] ?? draft.operation;
    set([...fallbacks, routeDraft({ provider: other.manifest.name, operation, params: {} })]);
  };
  const remove = (key: string) => {
    setBefore(fallbacks);
    set(fallbacks.filter((route) => route.key !== key));
  };
  return (
    <Section title={t("section.fallbacks")} text={t("section.fallbacksText")}>
      {fallbacks.length === 0 && <Text>{t("fallback.none")}</Text>}
      {error && <Text c="red" data-fault="true" tabIndex={-1}>{error}</Text>}
      <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={onDragEnd} accessibility={accessibility}>
        <SortableContext items={fallbacks.map(({ key }) => key)} strategy={verticalListSortingStrategy}>
          <Stack component="ol" gap="sm" p={0} m={0} style={{ listStyle: "none" }}>
            {fallbacks.map((route, place) => (
              <FallbackItem key={route.key} route={route} place={place} count={fallbacks.length} hasParams={hasParams} isReadOnly={isReadOnly} onMove={(by) => move(place, place + by)}
                onRemove={() => remove(route.key)} onChange={(value) => set(fallbacks.map((one) => (one.key === route.key ? { ...one, ...value } : one)))} />
            ))}
          </Stack>
        </SortableContext>
      </DndContext>
      <div aria-live="polite">
        {before && (
          <Group gap="xs">
            <Text size="sm">{t("fallback.removed")}</Text>
            <Button variant="subtle" leftSection={<IconArrowBackUp size={18} aria-hidden />}
              onClick={() => {
                set(before);
                setBefore(null);
              }}>
              {t("undo")}
            </Button>
          </Group>
        )}
      </div>
      {!isReadOnly && fallbacks.length < RANGES.fallbacks.max && (
        <Button variant="default" w="fit-content" leftSection={<IconPlus size={18} aria-hidden />} onClick={add}>
          {t("fallback.add")}
        </Button>
      )}
    </Section>
  );
}
