import { Button, Group, Paper, Stack, Text, TextInput } from "@mantine/core";
import { useEffect, useRef, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Problem } from "../../api/problem";
import { RANGES } from "../draft";
import { BasicsSection } from "./BasicsSection";
import { FallbacksSection } from "./FallbacksSection";
import { useFault, useSlotForm } from "./form";
import { LimitsSection, OutputSection } from "./LimitsSection";
import { PasswordSection } from "./PasswordSection";
import { Refusal } from "./Refusal";
import { RouteFields } from "./RouteFields";
import { Section } from "./Section";
import { TemplatesSection } from "./TemplatesSection";
import { TimeSection } from "./TimeSection";

interface Props {
  isDirty: boolean;
  isSaving: boolean;
  hasParams: boolean;
  problem: Problem | null;
  /** How often it was refused to save. */
  refusals: number;
  onSave: () => void;
  onDiscard: () => void;
}

/** Everything that a slot is set to, in the order in which one thinks of it. */
export function SettingsForm({ isDirty, isSaving, hasParams, problem, refusals, onSave, onDiscard }: Props) {
  const { t } = useTranslation("slots");
  const { draft, change, faults, isNew, isReadOnly } = useSlotForm();
  const form = useFocusOnFault(refusals);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave();
  };
  return (
    <form ref={form} onSubmit={submit} noValidate aria-label={t("tab.settings")}>
      <Stack gap="md">
        <Refusal problem={problem} faults={faults} />
        <fieldset disabled={isReadOnly} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
          <Stack gap="md">
            <BasicsSection />
            <Section title={t("section.route")}>
              <RouteFields pointer="" value={draft} hasParams={hasParams} onChange={({ provider, operation, params }) => change({ provider, operation, params })} />
            </Section>
            <TemplatesSection />
            <FallbacksSection hasParams={hasParams} />
            <TimeSection />
            <LimitsSection />
            <OutputSection />
            <PasswordSection />
            {!isReadOnly && <CommentSection />}
          </Stack>
        </fieldset>
        {!isReadOnly && (
          <Paper withBorder p="sm" style={{ position: "sticky", bottom: 8, zIndex: 10 }}>
            <Group justify="flex-end" gap="sm">
              <Text aria-live="polite" style={{ flexGrow: 1 }}>
                {isDirty && t("unsaved")}
              </Text>
              {isDirty && (
                <Button variant="default" onClick={onDiscard} disabled={isSaving}>
                  {t("discard")}
                </Button>
              )}
              <Button type="submit" loading={isSaving} disabled={!isDirty && !isNew}>
                {t(isNew ? "create" : "common:save")}
              </Button>
            </Group>
          </Paper>
        )}
      </Stack>
    </form>
  );
}

function CommentSection() {
  const { t } = useTranslation("slots");
  const { draft, change } = useSlotForm();
  return (
    <Section title={t("section.comment")}>
      <TextInput label={t("field.comment")} description={t("help.comment")} maxLength={RANGES.comment.max} error={useFault("/comment")} value={draft.comment}
        onChange={(event) => change({ comment: event.currentTarget.value })} />
    </Section>
  );
}

/** Moves the focus to the first field that is wrong, else to what is said above the form, at each refusal. */
function useFocusOnFault(refusals: number) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refusals === 0) return;
    requestAnimationFrame(() => {
      const wrong = form.current?.querySelector<HTMLElement>('[data-fault="true"], [aria-invalid="true"]') ?? form.current?.querySelector<HTMLElement>('[role="alert"]');
      wrong?.focus();
      wrong?.scrollIntoView({ block: "center" });
    });
  }, [refusals]);
  return form;
}
