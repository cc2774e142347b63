"""The endpoints of slots: their history, files, galleries, template pictures and test runs."""

from collections.abc import Iterable

from admin_api.galleries.gallery_routes import GalleryRoutes
from admin_api.operations.audit import Audit
from admin_api.rest.endpoint import Endpoint
from admin_api.settings import Settings
from admin_api.slots.export_routes import ExportRoutes
from admin_api.slots.gateway_client import GatewayClient
from admin_api.slots.import_routes import ImportRoutes
from admin_api.slots.revision_routes import RevisionRoutes
from admin_api.slots.slot_check import SlotCheck
from admin_api.slots.slot_conflicts import SlotConflicts
from admin_api.slots.slot_routes import SlotRoutes
from admin_api.slots.slot_saving import SlotSaving
from admin_api.slots.slot_view import SlotView
from admin_api.slots.test_run_routes import TestRunRoutes
from admin_api.templates.media_routes import MediaRoutes
from admin_api.templates.template_store import TemplateStore
from photochanger.background import Background
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.infrastructure.disabled_slots import DisabledSlots
from photochanger.infrastructure.event_gallery_repository import EventGalleryRepository
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.job_upkeep import JobUpkeep
from photochanger.infrastructure.media_store import MediaStore
from photochanger.infrastructure.mongo import DatabaseClock, Mongo
from photochanger.infrastructure.provider_model_repository import ProviderModelRepository
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.slot_import import SlotImport
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.infrastructure.slot_revision_repository import SlotRevisionRepository
from photochanger.infrastructure.template_repository import TemplateRepository


def slot_endpoints(
    settings: Settings,
    mongo: Mongo,
    audit: Audit,
    *,
    store: MediaStore,
    decoder: GuardedDecoder,
    background: Background,
    finalizer: JobFinalizer,
    gateway: GatewayClient,
) -> Iterable[Endpoint]:
    database, base_url = mongo.database, settings.photochanger_public_base_url
    secret_key = settings.photochanger_secret_key.get_secret_value()
    slots, templates, pictures = SlotRepository(database), TemplateRepository(database), TemplateStore(store)
    check = SlotCheck(ProviderRepository(database), templates, ProviderModelRepository(database))
    revisions, running = SlotRevisionRepository(database), JobUpkeep(database)
    view = SlotView(SettingsRepository(database), DatabaseClock(mongo), public_base_url=base_url)
    conflicts = SlotConflicts(revisions, view)
    disabled = DisabledSlots(database, finalizer)
    saving = SlotSaving(slots, conflicts=conflicts, disabled=disabled, background=background, audit=audit)
    of_slots = SlotRoutes(
        slots,
        check=check,
        conflicts=conflicts,
        saving=saving,
        view=view,
        running=running,
        audit=audit,
        secret_key=secret_key,
    )
    imports = SlotImport(database)
    taking_in = ImportRoutes(
        slots, templates, imports=imports, store=pictures, decoder=decoder, check=check, saving=saving, audit=audit
    )
    galleries = EventGalleryRepository(database)
    of_galleries = GalleryRoutes(galleries, slots, audit=audit, public_base_url=base_url, secret_key=secret_key)
    history = RevisionRoutes(slots, revisions, check=check, conflicts=conflicts, saving=saving, view=view)
    yield from of_slots.endpoints()
    yield from history.endpoints()
    yield from ExportRoutes(slots, templates, pictures).endpoints()
    yield from taking_in.endpoints()
    yield from of_galleries.endpoints()
    yield from MediaRoutes(templates, slots, store=pictures, decoder=decoder, audit=audit).endpoints()
    yield from TestRunRoutes(gateway, check, JobRepository(database)).endpoints()
