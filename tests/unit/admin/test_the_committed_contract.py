"""The API as it is, held against what was reviewed: docs/api/openapi.json."""

import copy
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from admin_api.rest.contract.schemas import reachable
from tests.api_changes import breaking_changes, is_announced
from tests.unit.house.workspace import ROOT

FOLDER = ROOT / "docs" / "api"
COMMITTED_TEXT = (FOLDER / "openapi.json").read_text()
COMMITTED: dict[str, Any] = json.loads(COMMITTED_TEXT)


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    """The document of the routes as they are now."""
    command = [sys.executable, "-m", "admin_api.openapi_file"]
    document: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_change_of_the_api_was_reviewed(made: dict[str, Any]) -> None:
    assert made == COMMITTED, (
        "the API is not as docs/api/openapi.json says: `make openapi` writes it anew, to be reviewed"
    )


def test_no_change_breaks_clients_unannounced(made: dict[str, Any]) -> None:
    assert breaking_changes(COMMITTED, made) == [] or is_announced(COMMITTED, made)


def test_the_types_of_the_ui_are_those_of_the_document() -> None:
    first_line = (FOLDER / "openapi.d.ts").read_text().partition("\n")[0]

    assert first_line == f"// openapi.json {hashlib.sha256(COMMITTED_TEXT.encode()).hexdigest()}", "run `make openapi`"


def test_the_document_is_valid_and_says_everything_of_each_operation(made: dict[str, Any]) -> None:
    validate(made)
    for name, operation in operations(made):
        assert operation["summary"], name
        assert len(operation["tags"]) == 1, name
        assert all(parameter["description"] for parameter in operation["parameters"]), name
        for content in operation.get("requestBody", {}).get("content", {}).values():
            assert content["schema"].keys() & {"$ref", "properties", "format"}, f"{name} has a form without fields"


def test_every_body_has_an_example_that_fits(made: dict[str, Any]) -> None:
    bodies = {
        name: operation["requestBody"]["content"]["application/json"]
        for name, operation in operations(made)
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }

    assert len(bodies) > 10
    for name, body in bodies.items():
        assert body.get("example"), f"{name}: give what must be there `Field(examples=[…])`"
        Draft202012Validator(body["schema"] | {"components": made["components"]}).validate(body["example"])


def test_every_text_that_is_taken_has_an_end(made: dict[str, Any]) -> None:
    schemas = made["components"]["schemas"]
    told = [operation for _, operation in operations(made)]
    bodies = [body["schema"] for one in told for body in one.get("requestBody", {}).get("content", {}).values()]
    taken = {
        f"{name}.{field}": schema for name in reachable(bodies, schemas) for field, schema in fields_of(schemas, name)
    }
    taken |= {given["name"]: given["schema"] for one in told for given in one["parameters"]}

    assert len(taken) > 50
    assert [name for name, schema in taken.items() if is_endless(schema)] == []


def fields_of(schemas: dict[str, Any], name: str) -> Iterable[tuple[str, dict[str, Any]]]:
    found: dict[str, dict[str, Any]] = schemas[name].get("properties", {})
    return found.items()


def is_endless(schema: dict[str, Any]) -> bool:
    texts = [choice for choice in schema.get("anyOf", [schema]) if choice.get("type") == "string"]
    ends = {"maxLength", "enum", "const"}
    return any(
        not text.keys() & ends and "date" not in text.get("format", "") and not is_bounded(text["pattern"])
        for text in texts
    )


def is_bounded(pattern: str) -> bool:
    return "*" not in pattern and "+" not in pattern


PATH, BODY = "/api/v1/slots", "SlotCreation"


def operation(document: dict[str, Any], method: str = "post") -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][PATH][method]
    return found


def fields(document: dict[str, Any], model: str = BODY) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][model]["properties"]
    return found


BREAKING: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "operation": (lambda document: document["paths"].pop(PATH), "GET /api/v1/slots: removed"),
    "role": (lambda document: operation(document, "get").update({"x-role": "admin"}), "needs the role admin"),
    "status": (lambda document: operation(document)["responses"].pop("409"), "the answer 409 is gone"),
    "header": (lambda document: operation(document)["responses"]["201"].pop("headers"), "201 lacks ETag"),
    "query": (lambda document: operation(document)["parameters"].clear(), "query ignore_warnings is gone"),
    "required parameter": (
        lambda document: operation(document)["parameters"][0].update({"required": True}),
        "query ignore_warnings is required",
    ),
    "body field": (lambda document: fields(document).pop("name"), f"{PATH}.name: removed"),
    "required field": (
        lambda document: document["components"]["schemas"][BODY]["required"].append("output"),
        f"{PATH}.output: required",
    ),
    "enum": (
        lambda document: document["components"]["schemas"]["Operation"]["enum"].remove("image_edit"),
        "no longer takes image_edit",
    ),
    "upper limit": (lambda document: fields(document)["max_in_flight"].update(maximum=10), "max_in_flight: maximum 10"),
    "lower limit": (lambda document: fields(document)["max_in_flight"].update(minimum=3), "max_in_flight: minimum 3"),
    "pattern": (lambda document: fields(document)["id"].update(pattern="^x$"), f"{PATH}.id: pattern ^x$"),
    "taken type": (lambda document: fields(document)["is_active"].update(type="string"), "is_active: the type was"),
    "answered field": (lambda document: fields(document, "SlotShown").pop("version"), "].version: removed"),
    "answered type": (
        lambda document: fields(document, "SlotShown")["version"].update(type=["integer", "null"]),
        "].version: the type was integer",
    ),
    "answer that may lack": (
        lambda document: document["components"]["schemas"]["SlotShown"]["required"].remove("version"),
        "].version: may be missing",
    ),
}


@pytest.mark.parametrize("change", BREAKING)
def test_a_breaking_change_is_named_and_may_be_announced(change: str) -> None:
    alter, named = BREAKING[change]
    changed = copy.deepcopy(COMMITTED)

    alter(changed)

    assert any(named in fault for fault in breaking_changes(COMMITTED, changed)), breaking_changes(COMMITTED, changed)
    assert not is_announced(COMMITTED, changed)
    changed["info"]["version"] = "2.0"
    assert is_announced(COMMITTED, changed)


def test_more_than_there_was_breaks_nobody() -> None:
    changed = copy.deepcopy(COMMITTED)

    changed["paths"]["/api/v1/new"] = changed["paths"][PATH]
    fields(changed)["new"] = {"type": "string"}
    fields(changed, "SlotShown")["new"] = {"type": "string"}
    fields(changed)["max_in_flight"]["maximum"] = 2_000
    changed["components"]["schemas"]["Operation"]["enum"].append("new")

    assert breaking_changes(COMMITTED, changed) == []
