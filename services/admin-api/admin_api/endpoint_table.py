"""Every route of the admin API."""

from aiohttp import hdrs

from admin_api.endpoint import JSON, Endpoint
from admin_api.job_routes import JobRoutes, PageRequest
from admin_api.slot_routes import SlotRoutes
from photochanger.domain.user import Role


def slot_endpoints(slots: SlotRoutes) -> tuple[Endpoint, ...]:
    return (
        Endpoint(
            hdrs.METH_GET,
            "/api/v1/slots",
            slots.list,
            Role.VIEWER,
            summary="Slots with the links booths post to",
            answer_type=JSON,
        ),
    )


def job_endpoints(jobs: JobRoutes) -> tuple[Endpoint, ...]:
    return (
        Endpoint(
            hdrs.METH_GET,
            "/api/v1/jobs",
            jobs.list,
            Role.VIEWER,
            summary="Photos, newest first",
            query=PageRequest,
            answer_type=JSON,
        ),
        Endpoint(
            hdrs.METH_GET,
            "/api/v1/jobs/{id}",
            jobs.show,
            Role.VIEWER,
            summary="One photo: attempts, events, result",
            answer_type=JSON,
        ),
    )
