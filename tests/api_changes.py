"""What of a new OpenAPI document breaks clients of the old one: `python -m tests.api_changes OLD NEW`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_ROLES = (None, "viewer", "operator", "admin")
#: Limits that a larger number widens, and those that it narrows.
_UPPER, _LOWER = ("maximum", "maxLength", "maxItems"), ("minimum", "minLength", "minItems")


def breaking_changes(old: Document, new: Document) -> list[str]:
    """Name each change after which a request that was right is refused, or an answer lacks what it had."""
    return list(dict.fromkeys(_Comparison(old, new).run()))


def is_announced(old: Document, new: Document) -> bool:
    """Whether the first number of the version was raised."""
    return _major(new) > _major(old)


def _major(document: Document) -> int:
    return int(document["info"]["version"].partition(".")[0])


class _Comparison:
    def __init__(self, old: Document, new: Document) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str, str, bool]] = set()

    def run(self) -> Iterator[str]:
        for path, methods in self._old["paths"].items():
            for method, old in methods.items():
                where = f"{method.upper()} {path}"
                new = self._new["paths"].get(path, {}).get(method)
                if new is None:
                    yield f"{where}: removed"
                else:
                    yield from self._operation(where, old, new)

    def _operation(self, where: str, old: Document, new: Document) -> Iterator[str]:
        if _ROLES.index(new.get("x-role")) > _ROLES.index(old.get("x-role")):
            yield f"{where}: needs the role {new['x-role']}"
        yield from self._parameters(where, _by_place(old), _by_place(new))
        yield from self._bodies(where, _bodies(old), _bodies(new))
        for status, answer in old["responses"].items():
            if status not in new["responses"]:
                yield f"{where}: the answer {status} is gone"
                continue
            was, now = _inlined(answer, self._old), _inlined(new["responses"][status], self._new)
            yield from (
                f"{where}: {status} lacks {name}" for name in {*was.get("headers", {})} - {*now.get("headers", {})}
            )
            for media_type, content in was.get("content", {}).items():
                if media_type not in now.get("content", {}):
                    yield f"{where}: {status} is no longer {media_type}"
                else:
                    schemas = content.get("schema", {}), now["content"][media_type].get("schema", {})
                    yield from self._schema(f"{where} {status}", *schemas, is_taken=False)

    def _parameters(self, where: str, old: Document, new: Document) -> Iterator[str]:
        for place, parameter in old.items():
            if place not in new:
                yield f"{where}: the parameter {place} is gone"
            else:
                yield from self._schema(f"{where} {place}", parameter["schema"], new[place]["schema"], is_taken=True)
        for place, parameter in new.items():
            if parameter["required"] and not old.get(place, {}).get("required", False):
                yield f"{where}: the parameter {place} is required"

    def _bodies(self, where: str, old: Document, new: Document) -> Iterator[str]:
        if new and not old:
            yield f"{where}: a body is required"
        for media_type, content in old.items():
            if media_type not in new:
                yield f"{where}: no longer takes {media_type}"
            else:
                yield from self._schema(where, content["schema"], new[media_type]["schema"], is_taken=True)

    def _schema(self, where: str, old: Document, new: Document, *, is_taken: bool) -> Iterator[str]:
        pair = old.get("$ref", where), new.get("$ref", where), is_taken
        if "$ref" in old and pair in self._seen:
            return
        self._seen.add(pair)
        was, now = _flat(old, self._old), _flat(new, self._new)
        narrower, wider = (now, was) if is_taken else (was, now)
        if not _types(wider) <= _types(narrower):
            yield f"{where}: the type was {' or '.join(sorted(_types(was)))}, is {' or '.join(sorted(_types(now)))}"
        if is_taken:
            yield from _narrowed(where, was, now)
        yield from self._fields(where, was, now, is_taken=is_taken)
        if "items" in was and "items" in now:
            yield from self._schema(f"{where}[]", was["items"], now["items"], is_taken=is_taken)

    def _fields(self, where: str, old: Document, new: Document, *, is_taken: bool) -> Iterator[str]:
        was, now = old.get("properties", {}), new.get("properties", {})
        required, requires = {*old.get("required", ())}, {*new.get("required", ())}
        if is_taken:
            yield from (f"{where}.{name}: required" for name in sorted(requires - required))
        else:
            yield from (f"{where}.{name}: may be missing" for name in sorted((required - requires) & {*now}))
        for name, field in was.items():
            if name not in now:
                yield f"{where}.{name}: removed"
            else:
                yield from self._schema(f"{where}.{name}", field, now[name], is_taken=is_taken)


def _narrowed(where: str, old: Document, new: Document) -> Iterator[str]:
    could = {str(value) for value in old.get("enum", ())}
    if gone := could - {str(value) for value in new.get("enum", could)}:
        yield f"{where}: no longer takes {', '.join(sorted(gone))}"
    if "enum" in new and "enum" not in old:
        yield f"{where}: takes {', '.join(map(str, new['enum']))} only"
    for name in _UPPER:
        if name in new and new[name] < old.get(name, float("inf")):
            yield f"{where}: {name} {new[name]}"
    for name in _LOWER:
        if name in new and new[name] > old.get(name, float("-inf")):
            yield f"{where}: {name} {new[name]}"
    if "pattern" in new and new["pattern"] != old.get("pattern"):
        yield f"{where}: pattern {new['pattern']}"


def _flat(schema: Document, document: Document) -> Document:
    """The schema without references and choices: a choice beside null, or what all parts say together."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]] | {
            name: value for name, value in schema.items() if name != "$ref"
        }
    flat = {name: value for name, value in schema.items() if name not in {"anyOf", "allOf"}}
    choices = [_flat(choice, document) for choice in schema.get("anyOf", ())]
    if choices:
        flat["type"] = sorted({kind for choice in choices for kind in _types(choice)})
        told = [choice for choice in choices if _types(choice) != {"null"}]
        flat |= {name: value for name, value in told[0].items() if name != "type"} if len(told) == 1 else {}
    for part in schema.get("allOf", ()):
        flat |= _flat(part, document) | {"properties": flat.get("properties", {}) | _flat(part, document)["properties"]}
    return flat


def _types(schema: Document) -> set[str]:
    kinds = schema.get("type", "anything")
    return {kinds} if isinstance(kinds, str) else {*kinds}


def _inlined(answer: Document, document: Document) -> Document:
    if "$ref" not in answer:
        return answer
    found: Document = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return found


def _by_place(operation: Document) -> Document:
    return {f"{one['in']} {one['name']}": one for one in operation["parameters"]}


def _bodies(operation: Document) -> Document:
    content: Document = operation.get("requestBody", {}).get("content", {})
    return content


def main() -> int:
    old, new = (json.loads(Path(name).read_text()) for name in sys.argv[1:3])
    broken = breaking_changes(old, new)
    if not broken or is_announced(old, new):
        return 0
    print("This breaks clients; raise the first number of VERSION in rest/contract/document.py:", *broken, sep="\n  ")
    return 1


if __name__ == "__main__":
    sys.exit(main())
