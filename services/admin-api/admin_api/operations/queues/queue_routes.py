"""The platform's queues: how long they are, how long their first message waits, who consumes them."""

import asyncio
from enum import StrEnum

from aiohttp import hdrs, web
from pydantic import BaseModel

from admin_api.rest.endpoint import Endpoint, json_answer
from admin_api.rest.problems import Refused
from photochanger import topology
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_connection import BrokerUnavailable
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.queue_depths import QueueDepth
from photochanger.infrastructure.work_under_way import Waiting, WorkReader

PATH = "/api/v1/queues"
#: The broker's answer, all queues together; the database has its own 2 s meanwhile.
BROKER_SECONDS = 2.5


class QueuePurpose(StrEnum):
    #: photos that came in, for the dispatcher
    SUBMISSIONS = "submissions"
    #: attempts that ended without a picture, for the dispatcher
    OUTCOMES = "outcomes"
    #: photos for one provider's service
    PROVIDER = "provider"
    #: messages that died, on their way into the database; normally empty
    DEAD_LETTERS = "dead_letters"


class QueueShown(BaseModel):
    """`ready` are messages that no consumer holds. `running` are photos that the provider's service works on.

    `waiting` and `oldest_seconds` are told by the rows of the photos that wait for this queue's consumer; None where
    rows do not tell. `exists` False: no consumer of it has ever run.
    """

    name: str
    purpose: QueuePurpose
    provider: str | None
    exists: bool
    ready: int
    consumers: int
    waiting: int | None
    oldest_seconds: float | None
    running: int | None


class QueueList(BaseModel):
    items: tuple[QueueShown, ...]


class QueueRoutes:
    def __init__(self, broker: Broker, providers: ProviderRepository, work: WorkReader) -> None:
        self._broker = broker
        self._providers = providers
        self._work = work

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_GET,
                PATH,
                self.list,
                Role.VIEWER,
                summary="Queues: messages, consumers, and how long the first photo waits",
                answer=QueueList,
                problems=(ProblemCode.QUEUE_UNAVAILABLE,),
            ),
        )

    async def list(self, _request: web.Request) -> web.Response:
        work = await self._work.read()
        providers = {manifest.name for manifest in await self._providers.list()} | {*work.providers}
        queues = {topology.provider_queue(name).name: name for name in sorted(providers)}
        fixed = (topology.SUBMISSIONS.name, topology.OUTCOMES.name, topology.DEAD_LETTERS.name)
        depths = await self._depths((*fixed, *queues))
        submissions, outcomes, dead = fixed
        items = (
            _shown(submissions, QueuePurpose.SUBMISSIONS, depths, waiting=work.pending),
            _shown(outcomes, QueuePurpose.OUTCOMES, depths),
            *(
                _shown(
                    queue,
                    QueuePurpose.PROVIDER,
                    depths,
                    waiting=work.of(name).waiting,
                    provider=name,
                    running=work.of(name).running,
                )
                for queue, name in queues.items()
            ),
            _shown(dead, QueuePurpose.DEAD_LETTERS, depths),
        )
        return json_answer(QueueList(items=items))

    async def _depths(self, names: tuple[str, ...]) -> dict[str, QueueDepth]:
        try:
            async with asyncio.timeout(BROKER_SECONDS):
                return await self._broker.depths(names)
        except (BrokerUnavailable, TimeoutError) as error:
            raise Refused(ProblemCode.QUEUE_UNAVAILABLE, "The broker does not answer.") from error


def _shown(
    name: str,
    purpose: QueuePurpose,
    depths: dict[str, QueueDepth],
    *,
    waiting: Waiting | None = None,
    provider: str | None = None,
    running: int | None = None,
) -> QueueShown:
    depth = depths.get(name)
    return QueueShown(
        name=name,
        purpose=purpose,
        provider=provider,
        exists=depth is not None,
        ready=0 if depth is None else depth.ready,
        consumers=0 if depth is None else depth.consumers,
        waiting=None if waiting is None else waiting.photos,
        oldest_seconds=None if waiting is None else waiting.oldest_seconds,
        running=running,
    )
