"""The endpoints of whoever keeps the platform running: dead letters, queues, the janitor, live events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from admin_api.accounts.auth import Auth
from admin_api.operations.audit import Audit
from admin_api.operations.dead_letters.letter_routes import LetterRoutes
from admin_api.operations.dead_letters.replay_letters import LetterReplay
from admin_api.operations.janitor.janitor_routes import JanitorRoutes
from admin_api.operations.live.broker_news import BrokerNews
from admin_api.operations.live.event_routes import EventRoutes
from admin_api.operations.live.live_feed import LiveFeed
from admin_api.operations.live.photo_news import LOOK_SECONDS as PHOTOS_SECONDS
from admin_api.operations.live.photo_news import PhotoNews
from admin_api.operations.live.provider_news import LOOK_SECONDS as PROVIDERS_SECONDS
from admin_api.operations.live.provider_news import ProviderNews
from admin_api.operations.queues.queue_routes import QueueRoutes
from admin_api.rest.endpoint import Endpoint
from photochanger.background import running
from photochanger.infrastructure.audit_repository import AuditRepository
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.dead_letter_repository import DeadLetterRepository
from photochanger.infrastructure.janitor_desk import JanitorDesk
from photochanger.infrastructure.job_replay import JobReplay
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.work_under_way import WorkReader
from photochanger.observability import Telemetry
from photochanger.periodic import run_periodically


@asynccontextmanager
async def operations_endpoints(
    telemetry: Telemetry, mongo: Mongo, broker: Broker, auth: Auth, *, stop: asyncio.Event
) -> AsyncIterator[tuple[Endpoint, ...]]:
    """Give the endpoints; live events come as long as the block. Open streams end when `stop` is set."""
    database = mongo.database
    audit, work = Audit(AuditRepository(database)), WorkReader(database)
    letters = DeadLetterRepository(database)
    feed = LiveFeed(uuid4().hex[:12], lambda: datetime.now(UTC))
    BrokerNews(feed, broker)
    looks = {
        "live.photos": (PhotoNews(feed, work).look, PHOTOS_SECONDS),
        "live.providers": (ProviderNews(feed, Breakers(database, telemetry.metrics), work).look, PROVIDERS_SECONDS),
    }
    async with AsyncExitStack() as stack:
        for name, (look, seconds) in looks.items():
            looking = run_periodically(look, telemetry, name=name, seconds=seconds, stop=stop)
            await stack.enter_async_context(running(looking, name=name))
        yield (
            *LetterRoutes(letters, LetterReplay(letters, JobReplay(database)), audit).endpoints(),
            *QueueRoutes(broker, ProviderRepository(database), work).endpoints(),
            *JanitorRoutes(JanitorDesk(database), audit).endpoints(),
            *EventRoutes(feed, auth.needs, stop).endpoints(),
        )
