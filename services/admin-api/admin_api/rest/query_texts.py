"""How values of a query are written: one way each, the one that JSON and RFC 3339 have."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from pydantic import BaseModel

from admin_api.rest.contract.schemas import resolved, without_null
from admin_api.rest.field_fault import FaultCode, Wrong

_FORMS: Mapping[str, tuple[str, Wrong]] = MappingProxyType(
    {
        "boolean": (r"true|false", Wrong(FaultCode.WRONG_TYPE, "must be true or false", allowed=("yes_or_no",))),
        "integer": (
            r"-?(0|[1-9][0-9]*)",
            Wrong(FaultCode.WRONG_TYPE, "must be a whole number", allowed=("whole_number",)),
        ),
        "number": (
            r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?",
            Wrong(FaultCode.WRONG_TYPE, "must be a number", allowed=("number",)),
        ),
        "date-time": (
            r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)",
            Wrong(FaultCode.NOT_A_TIME, "must be a time as RFC 3339 writes it, e.g. 2026-05-09T18:30:00Z"),
        ),
    }
)


def wrong_texts(model: type[BaseModel], given: Mapping[str, str]) -> Iterator[tuple[str, Wrong]]:
    """Give each name whose value pydantic might take, written as it should not be, and what is wrong with it."""
    forms = _forms_of(model)
    for name, text in given.items():
        if name not in forms:
            continue
        pattern, wrong = _FORMS[forms[name]]
        if not re.fullmatch(pattern, text, re.ASCII):
            yield name, wrong


@cache
def _forms_of(model: type[BaseModel]) -> Mapping[str, str]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    definitions = schema.get("$defs", {})
    fields = {
        name: resolved(without_null(resolved(field, definitions)), definitions)
        for name, field in schema.get("properties", {}).items()
    }
    found = {name: str(field.get("format", field.get("type"))) for name, field in fields.items()}
    return {name: form for name, form in found.items() if form in _FORMS}
