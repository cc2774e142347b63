/** The fields of parameters, as the rest of the page has them: with descriptions and errors that screen readers find. */
import { Autocomplete, Checkbox, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import type { ObjectFieldTemplateProps, RegistryWidgetsType, WidgetProps } from "@rjsf/utils";

import { isLong } from "../schemaForm";

function shared({ id, label, required, rawErrors, options, placeholder }: WidgetProps) {
  return {
    id, label, required: required ?? false, placeholder: placeholder ?? "", description: options.description,
    error: rawErrors && rawErrors.length > 0 ? rawErrors.join(" ") : null,
  };
}

function TextWidget(props: WidgetProps) {
  const { value, onChange, options } = props;
  const suggestions = options["suggestions"] as string[] | undefined;
  const set = (text: string) => onChange(text === "" ? undefined : text);
  const text = String(value ?? "");
  if (suggestions && suggestions.length > 0) return <Autocomplete size="md" {...shared(props)} data={suggestions} value={text} onChange={set} />;
  return <TextInput {...shared(props)} value={text} onChange={(event) => set(event.currentTarget.value)} />;
}

function TextareaWidget(props: WidgetProps) {
  const { value, onChange } = props;
  return (
    <Textarea {...shared(props)} autosize minRows={3} maxRows={16} value={String(value ?? "")}
      onChange={(event) => onChange(event.currentTarget.value === "" ? undefined : event.currentTarget.value)} />
  );
}

function UpDownWidget(props: WidgetProps) {
  const { value, onChange, schema } = props;
  return (
    <NumberInput {...shared(props)} hideControls clampBehavior="none" allowDecimal={schema.type === "number"} value={typeof value === "number" ? value : ""}
      onChange={(shown) => onChange(shown === "" ? undefined : Number(shown))} />
  );
}

function SelectWidget(props: WidgetProps) {
  const { value, onChange, options } = props;
  const data = (options.enumOptions ?? []).map((option) => ({ value: String(option.value), label: option.label }));
  const find = (text: string | null) => options.enumOptions?.find((option) => String(option.value) === text)?.value as unknown;
  return <Select {...shared(props)} clearable data={data} value={value === undefined || value === null ? null : String(value)} onChange={(text) => onChange(find(text))} />;
}

function CheckboxWidget(props: WidgetProps) {
  const { value, onChange } = props;
  const { placeholder: _none, ...rest } = shared(props);
  return <Checkbox size="md" {...rest} required={false} checked={Boolean(value)} onChange={(event) => onChange(event.currentTarget.checked)} />;
}

/** Short fields side by side where there is room, long texts over the whole width. */
function ObjectFieldTemplate({ properties, schema }: ObjectFieldTemplateProps) {
  return (
    <div style={{ display: "grid", gap: "var(--mantine-spacing-md)", alignItems: "end", gridTemplateColumns: "repeat(auto-fill, minmax(min(16rem, 100%), 1fr))" }}>
      {properties.map(({ name, content }) => (
        <div key={name} style={isLong(schema.properties?.[name]) ? { gridColumn: "1 / -1" } : undefined}>
          {content}
        </div>
      ))}
    </div>
  );
}

export const templates = { ObjectFieldTemplate };
export const widgets: RegistryWidgetsType = { TextWidget, TextareaWidget, UpDownWidget, SelectWidget, CheckboxWidget };
