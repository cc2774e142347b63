"""Optimistic locking over HTTP: the ETag is the version, a change names the one it was made on."""

from aiohttp import web

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
