"""Examples of what a schema describes: from its own `examples`, else the plainest value that fits."""

from typing import Any

from admin_api.rest.contract.schemas import Schema, resolved

_TEXTS = {"date-time": "2026-05-09T18:30:00Z", "date": "2026-05-09"}


class NoExample(Exception):
    """A text of which nothing says what it may look like; the message is its path."""


class Examples:
    """`definitions` are the named schemas that others refer to; what is `invented` takes a field's name as its text."""

    def __init__(self, definitions: Schema, *, invented: bool = False) -> None:
        self._definitions, self._invented = definitions, invented

    def of(self, schema: Schema, path: str = "") -> Any:
        """Give an example.

        Raises:
            NoExample: a text that must be there has no `Field(examples=[…])`.
        """
        schema = resolved(schema, self._definitions)
        for key in ("examples", "enum"):
            if key in schema:
                return schema[key][0]
        if "const" in schema:
            return schema["const"]
        if "anyOf" in schema:
            return self._of_choice(schema, path)
        return self._of_kind(schema, path)

    def _of_kind(self, schema: Schema, path: str) -> Any:
        kind = schema.get("type")
        if kind == "object":
            return self._of_object(schema, path)
        if kind == "array":
            return self._of_array(schema, path)
        if kind == "string":
            return self._text(schema, path)
        plain = {"boolean": True, "integer": schema.get("minimum", 1), "number": schema.get("minimum", 1)}
        return schema.get("default", plain.get(str(kind)))

    def _of_choice(self, schema: Schema, path: str) -> Any:
        for choice in schema["anyOf"]:
            if resolved(choice, self._definitions).get("type") != "null":
                return self.of(choice, path)
        return None

    def _of_object(self, schema: Schema, path: str) -> dict[str, Any]:
        fields = schema.get("properties", {})
        named = [name for name in fields if name in schema.get("required", ()) or self._has_example(fields[name])]
        if named or not fields:
            return {name: self.of(fields[name], f"{path}/{name}") for name in named}
        for name, field in fields.items():
            try:
                return {name: self.of(field, f"{path}/{name}")}
            except NoExample:
                continue
        return {}

    def _has_example(self, schema: Schema) -> bool:
        schema = resolved(schema, self._definitions)
        return "examples" in schema or any(self._has_example(choice) for choice in schema.get("anyOf", ()))

    def _of_array(self, schema: Schema, path: str) -> list[Any]:
        items = schema.get("items")
        return [self.of(items, f"{path}/0")] if items and not schema.get("default") else []

    def _text(self, schema: Schema, path: str) -> str:
        if schema.get("format") in _TEXTS:
            return _TEXTS[schema["format"]]
        if self._invented:
            return path.removesuffix("/0").rpartition("/")[2]
        raise NoExample(path)
