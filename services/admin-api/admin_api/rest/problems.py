"""Refusals of the admin API, as exceptions until they reach the outermost handler."""

from collections.abc import Mapping

from aiohttp import web
from pydantic import JsonValue, ValidationError

from admin_api.rest.endpoint import Handler
from admin_api.rest.field_fault import FieldFault
from admin_api.rest.model_faults import faults_of
from photochanger.domain.failure import PROBLEMS, ProblemCode
from photochanger.infrastructure.http_server import problem_response
from photochanger.infrastructure.media_store import StoreUnavailable
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.observability import get_logger

_CODE_OF_STATUS = {404: ProblemCode.NOT_FOUND, 405: ProblemCode.METHOD_NOT_ALLOWED, 413: ProblemCode.PAYLOAD_TOO_LARGE}

log = get_logger(__name__)


class Refused(Exception):
    """The request is answered with this problem; `members` are added to it."""

    def __init__(
        self,
        code: ProblemCode,
        detail: str,
        *,
        retry_after_seconds: float | None = None,
        errors: tuple[FieldFault, ...] = (),
        members: Mapping[str, JsonValue] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds
        self.errors = errors
        self.members = members or {}

    @classmethod
    def for_fields(cls, error: ValidationError) -> "Refused":
        """Name every wrong field, never its value."""
        return cls.for_faults(*faults_of(error))

    @classmethod
    def for_faults(cls, *faults: FieldFault) -> "Refused":
        """422 for fields that are wrong by what is known here, e.g. a template that does not exist."""
        return cls(ProblemCode.INVALID_FIELDS, "; ".join(f"{f.pointer}: {f.detail}" for f in faults), errors=faults)


@web.middleware
async def answer_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every refusal and failure into problem+json."""
    try:
        return await handler(request)
    except Refused as refused:
        errors = {"errors": [fault.as_json() for fault in refused.errors]} if refused.errors else {}
        return problem_response(
            PROBLEMS[refused.code],
            detail=refused.detail,
            retry_after_seconds=refused.retry_after_seconds,
            extra={**errors, **refused.members},
        )
    except DatabaseUnavailable as error:
        log.warning("database_unavailable_request_refused", path=request.path, error=repr(error))
        return problem_response(PROBLEMS[ProblemCode.DATABASE_UNAVAILABLE], detail="The database does not answer.")
    except StoreUnavailable as error:
        log.warning("store_unavailable_request_refused", path=request.path, error=repr(error))
        return problem_response(PROBLEMS[ProblemCode.STORAGE_UNAVAILABLE], detail="The store does not answer.")
    except web.HTTPException as error:
        code = _CODE_OF_STATUS.get(error.status, ProblemCode.INVALID_REQUEST)
        response = problem_response(PROBLEMS[code], detail=error.reason)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception:
        # the client gets its answer all the same; the defect is in the log
        log.exception("request_crashed", path=request.path)
        return problem_response(PROBLEMS[ProblemCode.INTERNAL], detail="The request could not be handled.")
