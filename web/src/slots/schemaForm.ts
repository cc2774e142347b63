/** Makes a form of an operation's parameters (`params_schema` of a provider's manifest, JSON Schema 2020-12). */
import type { RJSFSchema, UiSchema } from "@rjsf/utils";

/** From this length on a text gets a field of several lines. */
const LONG_CHARACTERS = 500;

type Node = Record<string, unknown>;

/**
 * Gives the schema as a form wants it: references followed, "or null" dropped (an empty field is left out), and no defaults:
 * what is left to the provider stays left to it, and shows as the field's placeholder.
 */
export function formSchema(schema: Node): RJSFSchema {
  const { $defs: _defs, title: _title, description: _description, ...rest } = schema;
  return plain(rest, schema) as RJSFSchema;
}

function plain(node: unknown, root: Node): unknown {
  if (Array.isArray(node)) return node.map((one) => plain(one, root));
  if (!isNode(node)) return node;
  const { default: _default, ...own } = { ...followed(node, root), ...withoutKey(node, "$ref") };
  const single = orNull(own);
  if (single) return plain({ ...withoutKey(own, "anyOf"), ...single }, root);
  return Object.fromEntries(
    Object.entries(own).map(([key, value]) => {
      if (key === "properties" && isNode(value)) return [key, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner, root)]))];
      if (key === "enum" && Array.isArray(value)) return [key, value.filter((one) => one !== null)];
      return [key, plain(value, root)];
    }),
  );
}

/** The other branch of "this or null". */
function orNull({ anyOf }: Node): Node | null {
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return null;
  const branches = anyOf.filter((branch) => !(isNode(branch) && branch["type"] === "null"));
  const [only] = branches;
  return branches.length === 1 && isNode(only) ? only : null;
}

function followed({ $ref }: Node, root: Node): Node {
  const name = typeof $ref === "string" ? /^#\/\$defs\/(.+)$/.exec($ref)?.[1] : undefined;
  const definitions = root["$defs"];
  const found = name !== undefined && isNode(definitions) ? definitions[name] : undefined;
  if (!isNode(found)) return {};
  // a definition's own name and words are its author's; the field has a title
  const { title: _title, description: _description, ...rest } = found;
  return rest;
}

/** How its fields look; `say` translates a title or description of the provider's, `models` are those it lists. */
export function formLook(schema: Node, say: (text: string) => string, models: readonly string[] = []): UiSchema {
  const properties = isNode(schema["properties"]) ? schema["properties"] : {};
  const plainProperties = (formSchema(schema).properties ?? {}) as Record<string, Node>;
  const looks = Object.entries(plainProperties).map(([name, property]) => {
    const original = properties[name];
    const preset = isNode(original) ? original["default"] : undefined;
    const examples = Array.isArray(property["examples"]) ? property["examples"].map(String) : [];
    const suggestions = name === "model" ? [...new Set([...examples, ...models])] : examples;
    return [name, {
      "ui:title": say(String(property["title"] ?? name)),
      ...(typeof property["description"] === "string" && { "ui:description": say(property["description"]) }),
      ...(preset !== undefined && preset !== null && typeof preset !== "boolean" && { "ui:placeholder": String(preset) }),
      "ui:widget": widgetOf(property),
      "ui:options": { suggestions },
    }];
  });
  return { "ui:submitButtonOptions": { norender: true }, "ui:label": false, ...Object.fromEntries(looks) };
}

function widgetOf(property: Node): string | undefined {
  if (property["type"] === "integer" || property["type"] === "number") return "updown";
  if (property["type"] === "string" && !property["enum"]) return isLong(property) ? "textarea" : "text";
  return undefined;
}

/** Says whether a text may be so long that it needs several lines. */
export function isLong(property: unknown): boolean {
  return isNode(property) && property["type"] === "string" && Number(property["maxLength"] ?? 0) >= LONG_CHARACTERS;
}

function withoutKey(node: Node, key: string): Node {
  const { [key]: _left, ...rest } = node;
  return rest;
}

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
