"""What of a route's parameters its operation's JSON Schema refuses."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from pydantic import JsonValue

from admin_api.rest.field_fault import FaultCode, Wrong

_Path = tuple[str | int, ...]

_CODES: Mapping[str, FaultCode] = MappingProxyType(
    {
        "required": FaultCode.MISSING,
        "additionalProperties": FaultCode.UNKNOWN_FIELD,
        "type": FaultCode.WRONG_TYPE,
        "minLength": FaultCode.TOO_SHORT,
        "maxLength": FaultCode.TOO_LONG,
        "minItems": FaultCode.LIST_TOO_SHORT,
        "maxItems": FaultCode.LIST_TOO_LONG,
        "minimum": FaultCode.TOO_SMALL,
        "maximum": FaultCode.TOO_LARGE,
        "exclusiveMinimum": FaultCode.NOT_ABOVE,
        "exclusiveMaximum": FaultCode.NOT_BELOW,
        "multipleOf": FaultCode.NOT_A_MULTIPLE,
        "pattern": FaultCode.WRONG_FORM,
        "enum": FaultCode.NOT_ALLOWED,
        "const": FaultCode.NOT_ALLOWED,
    }
)
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "string": "text",
        "integer": "whole_number",
        "number": "number",
        "boolean": "yes_or_no",
        "array": "list",
        "object": "object",
    }
)


def wrong_params(schema: Mapping[str, JsonValue], params: Mapping[str, JsonValue]) -> Iterator[tuple[_Path, Wrong]]:
    """Give the path of each wrong parameter and what is wrong with it, never its value, which may be a prompt."""
    for error in Draft202012Validator(schema).iter_errors(params):
        telling = best_match([error]) or error
        for name in _named_fields(telling):
            yield (*telling.absolute_path, *name), _wrong(telling)


def _wrong(error: ValidationError) -> Wrong:
    code = _CODES.get(str(error.validator), FaultCode.OTHER)
    detail = error.message.replace(repr(error.instance), "this", 1)[:300]
    bound: Any = error.validator_value
    bounds = bound if isinstance(bound, list) else [bound]
    if code is FaultCode.NOT_ALLOWED:
        return Wrong(code, detail, allowed=tuple(str(one) for one in bounds if one is not None))
    if code is FaultCode.WRONG_TYPE:
        return Wrong(code, detail, allowed=tuple(_KINDS[one] for one in bounds if one in _KINDS))
    is_number = isinstance(bound, int | float) and not isinstance(bound, bool)
    return Wrong(code, detail, limit=bound if is_number else None)


def _named_fields(error: ValidationError) -> list[_Path]:
    """Which fields of the object an error is about: JSON Schema itself points at the object that lacks them."""
    if not isinstance(error.instance, dict):
        return [()]
    if error.validator == "required":
        required = error.schema["required"] if isinstance(error.schema, dict) else ()
        return [(name,) for name in required if name not in error.instance]
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        return [(name,) for name in error.instance if name not in known]
    return [()]
