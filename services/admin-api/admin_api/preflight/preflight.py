"""Everything that is looked at before the doors open, at once, within a minute."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import aiohttp

from admin_api.preflight.board import Board, Checked, Work
from admin_api.preflight.booth import BoothAnswer, OwnBooth
from admin_api.preflight.findings import About, FindingCode
from admin_api.preflight.link_check import findings_of_address, findings_of_link
from admin_api.preflight.photo_checks import PHOTO_SECONDS, PhotoChecks, fallbacks_to_try
from admin_api.preflight.provider_checks import findings_of_breakers, findings_of_key, findings_of_quota
from admin_api.preflight.run_models import BoothAdvice, PreflightRun
from admin_api.preflight.server_checks import (
    findings_of_clocks,
    findings_of_dead_letters,
    findings_of_disk,
    findings_of_queues,
    findings_of_store,
    queue_names,
)
from admin_api.preflight.slot_checks import Known, findings_of_slot
from admin_api.slots.slot_view import CLIENT_EXTRA_SECONDS
from photochanger.domain.slot import Route, Slot
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.key_test_repository import KeyTestRepository
from photochanger.infrastructure.latency_repository import LatencyRepository
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import DatabaseClock
from photochanger.infrastructure.preflight_facts import PreflightFacts
from photochanger.infrastructure.preflight_repository import PreflightRepository
from photochanger.infrastructure.provider_limits_repository import ProviderLimitsRepository
from photochanger.infrastructure.provider_model_repository import ProviderModelRepository
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.quota_repository import QuotaRepository
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.infrastructure.template_repository import TemplateRepository
from photochanger.observability import get_logger

#: Of a minute: what is set up 2 s, everything at once 50 s, the link 6 s.
RUN_SECONDS = 60.0
SERVER_SECONDS = 8.0
KEY_CHECK_SECONDS = 14.0
LINK_CHECK_SECONDS = 6.0
HEAD_SECONDS = 1.5

log = get_logger(__name__)


@dataclass(frozen=True)
class SetUp:
    """Where what is set up and measured is read."""

    slots: SlotRepository
    settings: SettingsRepository
    templates: TemplateRepository
    providers: ProviderRepository
    models: ProviderModelRepository
    latencies: LatencyRepository
    limits: ProviderLimitsRepository
    quotas: QuotaRepository
    breakers: Breakers
    key_tests: KeyTestRepository
    facts: PreflightFacts
    runs: PreflightRepository


@dataclass(frozen=True)
class Outside:
    """What is tried: servers, the gateway and the public address."""

    store: MediaStore
    broker: Broker
    clock: DatabaseClock
    booth: OwnBooth
    photos: PhotoChecks
    http: aiohttp.ClientSession
    public_base_url: str


class Preflight:
    def __init__(self, set_up: SetUp, outside: Outside) -> None:
        self._set_up, self._outside = set_up, outside

    async def run(self, run: PreflightRun) -> None:
        """Do all checks of a stored run; what they find is in its row as they find it."""
        board = Board(run, self._set_up.runs)
        known = await self._known(run)
        board.advise(self._advice(slot, known) for slot in known.slots)
        answers: list[BoothAnswer] = []
        async with asyncio.TaskGroup() as tasks:
            for slot in known.open_slots:
                shoot = partial(self._photo, slot, known, answers)
                tasks.create_task(board.check(f"photo {slot.id}", shoot, seconds=PHOTO_SECONDS))
            for slot, route in fallbacks_to_try(known):
                name = f"fallback {route.provider}"
                tasks.create_task(board.check(name, partial(self._canary, slot, route), seconds=PHOTO_SECONDS))
            for provider in known.providers():
                if provider in known.manifests:
                    name, ask = f"key {provider}", partial(self._key, provider)
                    tasks.create_task(board.check(name, ask, seconds=KEY_CHECK_SECONDS))
            for name, work in self._of_servers(run, known).items():
                tasks.create_task(board.check(name, work, seconds=SERVER_SECONDS))
        await board.check("public link", partial(self._link, known, answers), seconds=LINK_CHECK_SECONDS)
        ended = await board.end()
        codes = [finding.code.value for finding in ended.findings]
        log.info("preflight_ended", id=run.id, is_ready=ended.is_ready, findings=codes)

    async def _known(self, run: PreflightRun) -> Known:
        of = self._set_up
        wanted = {*run.slot_ids}
        await self._outside.clock.sample()
        return Known(
            request=run.request,
            slots=tuple(slot for slot in await of.slots.list() if slot.id in wanted),
            settings=await of.settings.read(),
            manifests={manifest.name: manifest for manifest in await of.providers.list()},
            templates={template.id: template for template in await of.templates.list()},
            models=await of.models.by_provider(),
            latencies=await of.latencies.read(),
            now=self._outside.clock.now(),
        )

    def _of_servers(self, run: PreflightRun, known: Known) -> Mapping[str, Work]:
        return {
            "slots": partial(self._slots, run, known),
            "template pictures": partial(self._pictures, known),
            "breakers": partial(self._breakers, known),
            "limits": partial(self._limits, known),
            "queues": partial(self._queues, known),
            "clocks": self._clocks,
            "store": partial(self._store, run),
            "disk": self._disk,
            "dead letters": self._dead_letters,
        }

    async def _slots(self, run: PreflightRun, known: Known) -> Checked:
        there = {slot.id for slot in known.slots}
        missing = [
            About(slot_id=name).error(FindingCode.SLOT_MISSING, f"There is no slot {name}.")
            for name in run.slot_ids
            if name not in there
        ]
        if not run.slot_ids:
            missing = [About().error(FindingCode.SLOT_MISSING, "There is no active slot.")]
        return Checked([*missing, *(found for slot in known.slots for found in findings_of_slot(slot, known))])

    async def _pictures(self, known: Known) -> Checked:
        """Look in the store for each template picture that is used."""
        used = {(slot.id, use.media_id) for slot in known.slots for use in slot.template_media}
        found = []
        for slot_id, media_id in sorted(used):
            template = known.templates.get(media_id)
            if template is None:
                continue
            head = await self._outside.store.head(Bucket.TEMPLATES, template.key, timeout_seconds=HEAD_SECONDS)
            if head is None:
                problem = f"The picture {template.name or media_id} of the slot {slot_id} is not in the store."
                found.append(About(slot_id=slot_id).error(FindingCode.TEMPLATE_MISSING, problem))
        return Checked(found)

    async def _photo(self, slot: Slot, known: Known, answers: list[BoothAnswer]) -> Checked:
        found, answer = await self._outside.photos.of_slot(slot, known)
        if answer is None:
            return Checked(found)
        if answer.is_picture:
            answers.append(answer)
        return Checked(found, f"{answer.status} after {answer.seconds:.1f} s, job {answer.job_id}")

    async def _canary(self, slot: Slot, route: Route) -> Checked:
        return Checked(await self._outside.photos.of_fallback(slot, route))

    async def _key(self, provider: str) -> Checked:
        return Checked(await findings_of_key(provider, self._set_up.key_tests))

    async def _breakers(self, known: Known) -> Checked:
        return Checked(findings_of_breakers(known.providers(), await self._set_up.breakers.read()))

    async def _limits(self, known: Known) -> Checked:
        await self._outside.clock.sample()
        set_limits = {name: given.limits for name, given in (await self._set_up.limits.list()).items()}
        uses = await self._set_up.quotas.uses()
        return Checked(findings_of_quota(known, set_limits, uses, now=self._outside.clock.now()))

    async def _queues(self, known: Known) -> Checked:
        names = queue_names(known.providers())
        return Checked(findings_of_queues(names, await self._outside.broker.depths(names)))

    async def _clocks(self) -> Checked:
        """The admin API's clock and the gateway's beside the database's; no other service's clock decides anything."""
        await self._outside.clock.sample()
        own = time.time() - self._outside.clock.now().timestamp()
        told = await self._outside.booth.gateway_time()
        offsets = {"the admin API": own}
        if told is not None:
            # it tells whole seconds
            offsets["the ingest gateway"] = told.timestamp() + 0.5 - self._outside.clock.now().timestamp()
        note = ", ".join(f"{name} {offset:+.1f} s" for name, offset in offsets.items())
        return Checked(findings_of_clocks(offsets), note)

    async def _store(self, run: PreflightRun) -> Checked:
        return Checked(await findings_of_store(self._outside.store, run.id))

    async def _disk(self) -> Checked:
        used = await self._set_up.facts.used_share_of_disk()
        if used is None:
            return Checked(note="the database does not tell how full its disk is")
        return Checked(
            findings_of_disk(used), f"the database's disk is {used:.0%} full; the object store does not tell"
        )

    async def _dead_letters(self) -> Checked:
        return Checked(findings_of_dead_letters(await self._set_up.facts.count_dead_letters_lately()))

    async def _link(self, known: Known, answers: list[BoothAnswer]) -> Checked:
        base = self._outside.public_base_url
        found = [*findings_of_address(base, guests_open_links=known.request.guests_open_links)]
        if not answers:
            return Checked(found, "no test photo came back, so no link could be opened")
        return Checked([*found, *await findings_of_link(self._outside.http, base, answers[0])])

    def _advice(self, slot: Slot, known: Known) -> BoothAdvice:
        window = known.window_seconds(slot)
        return BoothAdvice(
            slot_id=slot.id,
            ingest_url=f"{self._outside.public_base_url}/ingest/{slot.id}",
            window_seconds=window,
            client_timeout_seconds=window + CLIENT_EXTRA_SECONDS,
        )
