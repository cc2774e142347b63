"""Pydantic's complaints about a request as faults of its fields."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong

#: By pydantic's type of an error: our code, and the name of its bound.
_CODES: Mapping[str, tuple[FaultCode, str | None]] = MappingProxyType(
    {
        "missing": (FaultCode.MISSING, None),
        "extra_forbidden": (FaultCode.UNKNOWN_FIELD, None),
        "string_too_short": (FaultCode.TOO_SHORT, "min_length"),
        "string_too_long": (FaultCode.TOO_LONG, "max_length"),
        "too_short": (FaultCode.LIST_TOO_SHORT, "min_length"),
        "too_long": (FaultCode.LIST_TOO_LONG, "max_length"),
        "greater_than_equal": (FaultCode.TOO_SMALL, "ge"),
        "less_than_equal": (FaultCode.TOO_LARGE, "le"),
        "greater_than": (FaultCode.NOT_ABOVE, "gt"),
        "less_than": (FaultCode.NOT_BELOW, "lt"),
        "multiple_of": (FaultCode.NOT_A_MULTIPLE, "multiple_of"),
        "int_parsing_size": (FaultCode.TOO_MANY_DIGITS, None),
        "string_pattern_mismatch": (FaultCode.WRONG_FORM, None),
        "enum": (FaultCode.NOT_ALLOWED, None),
        "literal_error": (FaultCode.NOT_ALLOWED, None),
        "timezone_aware": (FaultCode.NOT_A_TIME, None),
    }
)
#: By what the types of its errors begin with: the kind of value that it must be.
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "string": "text",
        "int": "whole_number",
        "float": "number",
        "bool": "yes_or_no",
        "list": "list",
        "tuple": "list",
        "set": "list",
        "frozen_set": "list",
        "model": "object",
        "dict": "object",
    }
)
_OF_A_KIND = re.compile(r"(\w+?)_(type|parsing|from_float)")
_OF_A_TIME = re.compile(r"(date|datetime)_\w+")
#: What pydantic calls the value of a secret text, which it measures as it does lists.
_SECRET = "Value"  # noqa: S105 - its name, no secret


def custom_error(wrong: Wrong) -> PydanticCustomError:
    """Give what a validator of ours raises so that the fault of its field is this one."""
    return PydanticCustomError(wrong.code.value, "{detail}", {"detail": wrong.detail, "wrong": wrong})


def faults_of(error: ValidationError) -> Iterator[FieldFault]:
    """Name every wrong field, never its value."""
    for told in error.errors(include_input=False, include_url=False):
        context = told.get("ctx", {})
        yield FieldFault.at(*told["loc"], wrong=context.get("wrong") or _wrong(told["type"], told["msg"], context))


def _wrong(kind: str, detail: str, context: Mapping[str, Any]) -> Wrong:
    if context.get("field_type") == _SECRET:
        return _wrong_length(kind, context)
    if kind in _CODES:
        code, bound = _CODES[kind]
        allowed = re.findall("'([^']*)'", context.get("expected", ""))
        return Wrong(code, detail, limit=context[bound] if bound else None, allowed=tuple(allowed))
    if _OF_A_TIME.fullmatch(kind):
        return Wrong(FaultCode.NOT_A_TIME, detail)
    of_a_kind = _OF_A_KIND.fullmatch(kind)
    if of_a_kind and of_a_kind[1] in _KINDS:
        return Wrong(FaultCode.WRONG_TYPE, detail, allowed=(_KINDS[of_a_kind[1]],))
    return Wrong(FaultCode.OTHER, detail)


def _wrong_length(kind: str, context: Mapping[str, Any]) -> Wrong:
    if kind == "too_short":
        limit = context["min_length"]
        return Wrong(FaultCode.TOO_SHORT, f"Text should have at least {limit} characters", limit=limit)
    limit = context["max_length"]
    return Wrong(FaultCode.TOO_LONG, f"Text should have at most {limit} characters", limit=limit)
