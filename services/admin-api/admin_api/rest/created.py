"""Where what a request created can be read from now on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import hdrs, web
from pydantic import BaseModel

from admin_api.rest.endpoint import CONTENT, Endpoint, Handler

_CREATING = frozenset({web.HTTPCreated.status_code, web.HTTPAccepted.status_code})


@dataclass(frozen=True)
class Location:
    """The address that follows from a field of the answer."""

    path: str
    field: str

    def of(self, content: BaseModel) -> str:
        return f"{self.path}{quote(str(getattr(content, self.field)), safe='')}"


def location_of(endpoint: Endpoint, endpoints: Sequence[Endpoint]) -> Location | None:
    """Give where an endpoint that creates something shows it: the one that reads the same by a field of the answer."""
    if endpoint.status not in _CREATING or endpoint.answer is None:
        return None
    for other in endpoints:
        reads_one = re.fullmatch(r"(.*/){(\w+)}", other.path)
        if other.method == hdrs.METH_GET and _shows(other, endpoint.answer) and reads_one:
            location = Location(*reads_one.groups())
            if "{" not in location.path and location.field in endpoint.answer.model_fields:
                return location
    return None


def _shows(endpoint: Endpoint, created: type[BaseModel]) -> bool:
    """Say whether the endpoint answers with what was created; that may be shown with something more, this once."""
    return endpoint.answer is not None and issubclass(created, endpoint.answer)


def telling_location(handler: Handler, location: Location | None) -> Handler:
    """Add the Location to what the handler answers with a model."""
    if location is None:
        return handler

    async def told(request: web.Request) -> web.StreamResponse:
        response = await handler(request)
        content = response.get(CONTENT)
        if content is not None:
            response.headers[hdrs.LOCATION] = location.of(content)
        return response

    return told
