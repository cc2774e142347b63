"""JSON Schema as pydantic writes it, made to say what the parsing of requests refuses beside the models."""

from collections.abc import Iterable, Iterator
from typing import Any

from admin_api.rest.storable import MAX_INTEGER, MIN_INTEGER, NAME_PATTERN, TEXT_PATTERN

Schema = dict[str, Any]

_REFERENCE = "#/components/schemas/"
#: Pydantic's name for any JSON, and ours for such as is taken.
_ANY_JSON, STORABLE_JSON = "JsonValue", "StorableJson"
STORABLE: Schema = {
    "description": "Any JSON that can be stored.",
    "anyOf": [
        {"type": ["null", "boolean"]},
        {"type": "number", "minimum": MIN_INTEGER, "maximum": MAX_INTEGER},
        {"type": "string", "pattern": TEXT_PATTERN},
        {"type": "array", "items": {"$ref": _REFERENCE + STORABLE_JSON}},
        {
            "type": "object",
            "propertyNames": {"pattern": NAME_PATTERN},
            "additionalProperties": {"$ref": _REFERENCE + STORABLE_JSON},
        },
    ],
}


def reachable(schemas: Iterable[object], definitions: Schema) -> set[str]:
    """Give the names of all definitions that the schemas refer to, also through others."""
    found: set[str] = set()
    left = [name for schema in schemas for name in _referred(schema)]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += _referred(definitions[name])
    return found


def as_taken(schema: Any) -> Any:
    """Say of each free text, free name and number what `storable` refuses of them."""
    if isinstance(schema, list):
        return [as_taken(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    told = {key: part if key in _DATA else as_taken(part) for key, part in schema.items()}
    if told.get("$ref") == _REFERENCE + _ANY_JSON:
        told["$ref"] = _REFERENCE + STORABLE_JSON
    if isinstance(fields := schema.get("properties"), dict):
        told["properties"] = {name: as_taken(field) for name, field in fields.items()}
    if told.get("type") == "string" and not told.keys() & {"pattern", "enum", "const"}:
        told = told if told.get("format") in _TIMES else told | {"pattern": TEXT_PATTERN}
    if told.get("type") == "object" and isinstance(told.get("additionalProperties"), dict):
        told.setdefault("propertyNames", {"pattern": NAME_PATTERN})
    if {"integer", "number"} & {told.get("type")} and not told.keys() & {"enum", "const"}:
        return {"minimum": MIN_INTEGER, "maximum": MAX_INTEGER} | told
    return told


#: Of these the parts are values, not schemas.
_DATA = frozenset({"default", "const", "enum", "examples", "required"})
_TIMES = frozenset({"date-time", "date", "time"})


def resolved(schema: Schema, definitions: Schema) -> Schema:
    """Give the schema itself for a reference to it."""
    while "$ref" in schema:
        named: Schema = definitions[schema["$ref"].removeprefix(_REFERENCE)]
        schema = named | {key: value for key, value in schema.items() if key != "$ref"}
    return schema


def without_null(schema: Schema) -> Schema:
    """Give the schema of what is there; a query or a path has no null."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    kept = {key: value for key, value in schema.items() if (key, value) != ("default", None)}
    if len(choices) != 1 or len(choices) == len(schema["anyOf"]):
        return kept
    there: Schema = choices[0]
    return {key: value for key, value in kept.items() if key != "anyOf"} | there


def _referred(schema: object) -> Iterator[str]:
    if isinstance(schema, list):
        for part in schema:
            yield from _referred(part)
    elif isinstance(schema, dict):
        reference = schema.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(_REFERENCE)
        for part in schema.values():
            yield from _referred(part)
