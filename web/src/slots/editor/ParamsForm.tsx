import { Form } from "@rjsf/mantine";
import type { ErrorSchema } from "@rjsf/utils";
import { useCallback, useId, useMemo } from "react";
import { useTranslation } from "react-i18next";

import { useFaultText } from "../../ui/faultText";
import { isSame, withoutEmpty, type Params } from "../draft";
import { formLook, formSchema } from "../schemaForm";
import { schemaValidator } from "../schemaValidator";
import { useSlotForm } from "./form";
import { templates, widgets } from "./widgets";

interface Props {
  /** Where the parameters are in the slot: `/params`, `/fallbacks/0/params`. */
  pointer: string;
  schema: Record<string, unknown>;
  models: readonly string[];
  params: Params;
  onChange: (params: Params) => void;
}

/** The parameters of one operation, by its schema. */
export function ParamsForm({ pointer, schema, models, params, onChange }: Props) {
  const say = useProviderWords();
  const id = useId();
  const plain = useMemo(() => formSchema(schema), [schema]);
  const look = useMemo(() => formLook(schema, say, models), [schema, say, models]);
  const { faults } = useSlotForm();
  const faultText = useFaultText();
  const own = faults.filter((fault) => fault.pointer.startsWith(`${pointer}/`));
  const errors = Object.fromEntries(own.map((fault) => [fault.pointer.slice(pointer.length + 1), { __errors: [faultText(fault)] }])) as ErrorSchema;
  return (
    <Form tagName="div" idPrefix={id} schema={plain} uiSchema={look} validator={schemaValidator} widgets={widgets} templates={templates} formData={params} extraErrors={errors}
      noValidate showErrorList={false}
      onChange={({ formData }) => {
        const changed = withoutEmpty((formData ?? {}) as Record<string, unknown>);
        if (!isSame(changed, params)) onChange(changed);
      }} />
  );
}

/** Titles and descriptions come with the provider in English; those that are known here are said in the chosen language. */
function useProviderWords(): (text: string) => string {
  const { t } = useTranslation("slots");
  return useCallback((text: string) => t(`providerWords.${keyOf(text)}`, { defaultValue: text }), [t]);
}

/** "Image size" → "image_size" */
function keyOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").replaceAll(/^_+|_+$/g, "");
}
