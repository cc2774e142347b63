"""The OpenAPI 3.1 document, made from the endpoints and their models; nothing in it is written by hand twice."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from admin_api.rest.contract.operation import OperationWriter, tag_of
from admin_api.rest.contract.problem_answers import ProblemBody
from admin_api.rest.contract.schemas import STORABLE, STORABLE_JSON, as_taken, reachable
from admin_api.rest.endpoint import Endpoint

#: The first number grows with a change that breaks a client, the second with one that does not; `make openapi` asks.
VERSION = "1.0"

_REFERENCE = "#/components/schemas/{model}"

_Document = dict[str, Any]
_Mode = Literal["validation", "serialization"]


def openapi_document(endpoints: Sequence[Endpoint], *, cookie_name: str) -> _Document:
    """Describe exactly these endpoints; `cookie_name` is the session's."""
    references, definitions = models_json_schema(_models(endpoints), ref_template=_REFERENCE)
    schemas = definitions.get("$defs", {})
    taken = [references[model, "validation"] for endpoint in endpoints for model in _taken_by(endpoint)]
    for name in reachable(taken, schemas):
        schemas[name] = as_taken(schemas[name])
    schemas[STORABLE_JSON] = STORABLE
    writer = OperationWriter(references, schemas, endpoints)
    paths: dict[str, _Document] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = writer.operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "PhotoChanger administration", "version": VERSION},
        "tags": [{"name": name} for name in sorted({tag_of(endpoint) for endpoint in endpoints})],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": writer.problems.components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": cookie_name},
            },
        },
    }


def _taken_by(endpoint: Endpoint) -> list[type[BaseModel]]:
    parts = [part.model for part in endpoint.form]
    return [model for model in (endpoint.body, endpoint.query, *parts) if model is not None]


def _models(endpoints: Sequence[Endpoint]) -> list[tuple[type[BaseModel], _Mode]]:
    models: dict[tuple[type[BaseModel], _Mode], None] = {(ProblemBody, "serialization"): None}
    for endpoint in endpoints:
        for taken in _taken_by(endpoint):
            models[taken, "validation"] = None
        if endpoint.answer is not None:
            models[endpoint.answer, "serialization"] = None
    return list(models)
