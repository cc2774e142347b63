"""Optimistic locking over HTTP: the ETag is the version, a change names the one it was made on."""

from collections.abc import Sequence

from aiohttp import hdrs, web

from admin_api.rest.endpoint import CONTENT, Endpoint, Handler
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode

#: As `json_answer` writes a version.
ETAG_PATTERN = '^"[0-9]{1,18}"$'


def check_if_match(request: web.Request, *, version: int) -> None:
    """Let a change pass that was made on this version.

    Raises:
        Refused: no If-Match (428), or one that names another version (412).
    """
    named = request.if_match
    if not named:
        raise Refused(ProblemCode.PRECONDITION_REQUIRED, "Send If-Match with the ETag you read.")
    if all(tag.value != str(version) for tag in named):
        raise version_conflict()


def version_conflict() -> Refused:
    """Give the refusal of a change that came second; also for a compare-and-set that lost after `check_if_match`."""
    return Refused(ProblemCode.VERSION_CONFLICT, "It was changed meanwhile; read it again.")


def reader_of(endpoint: Endpoint, endpoints: Sequence[Endpoint]) -> Endpoint | None:
    """Give what shows the thing that the endpoint changes: the nearest address above it that answers with an ETag."""
    showing = [
        other
        for other in endpoints
        if other.method == hdrs.METH_GET and other.answers_with_etag and other.query is None
    ]
    above = [other for other in showing if f"{endpoint.path}/".startswith(f"{other.path}/")]
    return max(above, key=lambda other: len(other.path), default=None)


def telling_current(handler: Handler, reader: Endpoint | None) -> Handler:
    """Add what is there now to a refusal of a change that came second, so that whoever made it can compare the two."""
    if reader is None:
        return handler
    read = reader.handler

    async def told(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as refused:
            if refused.code is not ProblemCode.VERSION_CONFLICT or refused.members:
                raise
            response = await read(request)
            content = response.get(CONTENT)
            if content is not None:
                members = {"current": content.model_dump(mode="json"), "etag": response.headers[hdrs.ETAG]}
                raise Refused(refused.code, refused.detail, members=members) from refused
            raise

    return told
