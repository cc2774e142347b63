"""What can be wrong with a request, found in the document: for each field every kind of wrong value it may have."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator

from admin_api.rest.contract.examples import Examples
from admin_api.rest.contract.schemas import resolved

Schema = dict[str, Any]
Path = tuple[str | int, ...]

#: A mark by which a log would be found to tell what was sent.
CANARY = "canary-7G2x"
UNHEARD = f"unheard-{CANARY}"
MISSING = object()
#: One of each kind of JSON.
_KINDS: tuple[Any, ...] = (True, 7.5, CANARY, [[]], {"x": {}}, None)


@dataclass(frozen=True)
class Fault:
    """A value for the field at the path; `MISSING` takes it away."""

    kind: str
    path: Path
    value: Any

    @property
    def pointer(self) -> str:
        return pointer(self.path)


def pointer(path: Path) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


class FieldFaults:
    def __init__(self, document: Schema) -> None:
        self._components = {"components": document["components"]}
        self._definitions = document["components"]["schemas"]
        self._examples = Examples(self._definitions, invented=True)

    def of(self, schema: Schema, path: Path = ()) -> Iterator[Fault]:
        """Every wrong value at the path and below it."""
        choices = [resolved(schema, self._definitions)]
        choices = [resolved(choice, self._definitions) for choice in choices[0].get("anyOf", choices)]
        for kind, value in self._values(choices):
            if path and not self._fits(schema, value):
                yield Fault(kind, path, value)
        for choice in choices:
            if "properties" in choice:
                yield from self._of_object(choice, path)
            elif choice.get("type") == "object":
                yield from (Fault("name", (*path, name), CANARY) for name in ("$where", "a.b", "a\0b"))
            elif "items" in choice:
                yield from self.of(choice["items"], (*path, 0))

    def with_fault(self, schema: Schema, body: Any, fault: Fault) -> Any:
        """Give a copy of the body with the fault in it."""
        whole = {"body": copy.deepcopy(body)}
        parent, key, described = whole, "body", schema
        for part in fault.path:
            described = self._there(described)
            if not parent[key]:
                parent[key] = self._examples.of(described) or ([None] if isinstance(part, int) else {})
            parent, key = parent[key], part  # type: ignore[assignment]  # a list's place or an object's name
            inner = described.get("items") if isinstance(part, int) else described.get("properties", {}).get(part)
            if not isinstance(part, int) and part not in parent and inner is not None:
                parent[part] = self._examples.of(inner)
            described = inner or {}
        if fault.value is MISSING:
            del parent[key]
        else:
            parent[key] = fault.value
        return whole["body"]

    def _of_object(self, schema: Schema, path: Path) -> Iterator[Fault]:
        if schema.get("additionalProperties") is False:
            yield Fault("unknown", (*path, UNHEARD), CANARY)
        for name in schema.get("required", ()):
            yield Fault("missing", (*path, name), MISSING)
        for name, field in schema["properties"].items():
            yield from self.of(field, (*path, name))

    def _values(self, choices: list[Schema]) -> Iterator[tuple[str, Any]]:
        yield from (("type", value) for value in _KINDS)
        for choice in choices:
            if choice.get("type") == "string":
                yield "control characters", f"{CANARY}\x07"
                yield "NUL", f"{CANARY}\0"
                yield "too long", CANARY + "x" * choice.get("maxLength", 1_000)
                yield "too short", ""
            if choice.get("type") in {"integer", "number"}:
                yield "too great", 10**400 if "maximum" not in choice else choice["maximum"] * 2 + 1
                yield "too small", choice.get("minimum", -(2**63)) - 1
            if "maxItems" in choice:
                yield "too many", [self._examples.of(choice["items"])] * (choice["maxItems"] + 1)

    def _there(self, schema: Schema) -> Schema:
        schema = resolved(schema, self._definitions)
        choices = [resolved(choice, self._definitions) for choice in schema.get("anyOf", [schema])]
        return next(choice for choice in choices if choice.get("type") != "null")

    def _fits(self, schema: Schema, value: Any) -> bool:
        return Draft202012Validator(schema | self._components).is_valid(value)
