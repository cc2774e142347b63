"""The parts of a path that name something: what cannot be a name is nobody's, so it is not looked for."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from admin_api.rest.endpoint import Endpoint
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.job import JobId
from photochanger.domain.slot import ProviderName, SlotId
from photochanger.domain.user import Login

#: What a part may be of which nothing is said.
AnyName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$"), Field(examples=["evening-2"])
]
_Number = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,8}$"), Field(examples=["1"])]
_Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(examples=["0d4e" * 16])]
#: What a part is, by the path up to its end; an endpoint's own `path_types` come first.
_KNOWN: Mapping[str, Any] = MappingProxyType(
    {
        "/api/v1/slots/{id}": SlotId,
        "/api/v1/slots/{id}/revisions/{number}": _Number,
        "/api/v1/jobs/{id}": JobId,
        "/api/v1/test-runs/{id}": JobId,
        "/api/v1/dead-letters/{id}": _Digest,
        "/api/v1/results/{id}": JobId,
        "/api/v1/users/{login}": Login,
        "/api/v1/providers/{name}": ProviderName,
    }
)


def path_types(endpoint: Endpoint) -> Mapping[str, TypeAdapter[Any]]:
    """Give what each part of the path must be, by its name and in order."""
    parts = re.finditer(r"{(\w+)}", endpoint.path)
    known = {part[1]: _KNOWN.get(endpoint.path[: part.end()], AnyName) for part in parts}
    return {name: _adapter(endpoint.path_types.get(name, kind)) for name, kind in known.items()}


def check_path(endpoint: Endpoint, request: web.Request) -> None:
    """Let a request pass whose path names what may exist.

    Raises:
        Refused: nothing can have this name (404).
    """
    for name, adapter in path_types(endpoint).items():
        try:
            adapter.validate_strings(request.match_info[name])
        except ValidationError as error:
            raise Refused(ProblemCode.NOT_FOUND, "Nothing can have this name.") from error


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
