"""Makes the demo slots, their style picture and the global ingest password in a new stack."""

import asyncio
import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from deploy.local.booth import DEMO_SLOTS
from photochanger.domain.ingest_password import password_verifier
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import Operation, Slot, TemplateUse
from photochanger.domain.template import TemplateMedia
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import connect
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.infrastructure.template_repository import TemplateRepository
from photochanger.settings import MongoSettings, SecretKeySettings, StoreSettings

TIMEOUT_MS = 5_000
NIGHT, PARTY = DEMO_SLOTS
NIGHT_PROMPT = (
    "Repaint this photo in the style of the second picture: its colours, its light, its mood. "
    "Keep every face recognisable, the pose as it is."
)
PARTY_PROMPT = "Put everybody in this photo at a birthday party: balloons behind them, confetti, warm evening light."
STYLE_ID = "demo-style"


class SeedSettings(MongoSettings, StoreSettings, SecretKeySettings):
    """`ingest_password` opens every slot that has none of its own."""

    ingest_password: SecretStr


async def seed(settings: SeedSettings) -> None:
    """Insert what is missing; whatever an administrator changed stays.

    Raises:
        DatabaseUnavailable: try again.
        StoreUnavailable: try again.
    """
    secret_key = settings.photochanger_secret_key.get_secret_value()
    verifier = password_verifier(settings.ingest_password.get_secret_value(), secret_key=secret_key)
    async with (
        connect(settings.mongo_url, timeout_ms=TIMEOUT_MS) as mongo,
        MediaStore(settings.s3_url, settings.s3_access_key, settings.s3_secret_key) as store,
    ):
        await SettingsRepository(mongo.database).insert_if_missing(
            PlatformSettings(ingest_password_verifiers=(verifier,))
        )
        await _insert_style(store, TemplateRepository(mongo.database))
        slots = SlotRepository(mongo.database)
        for slot in demo_slots(datetime.now(UTC)):
            await slots.insert_if_missing(slot)


async def _insert_style(store: MediaStore, templates: TemplateRepository) -> None:
    data = Path(__file__).with_name("demo-style.jpg").read_bytes()
    info = inspect_photo(data)
    await store.ensure_buckets()
    await store.put(Bucket.TEMPLATES, STYLE_ID, data, content_type=info.type)
    template = TemplateMedia(
        id=STYLE_ID,
        name="Night launch",
        key=STYLE_ID,
        type=info.type,
        width=info.width,
        height=info.height,
        size_bytes=info.size_bytes,
        sha256=hashlib.sha256(data).hexdigest(),
    )
    await templates.insert_if_missing(template)


def demo_slots(now: datetime) -> tuple[Slot, ...]:
    style = TemplateUse(role="style", media_id=STYLE_ID)
    night = _slot(NIGHT, "Demo: night launch", Operation.STYLE_TRANSFER, prompt=NIGHT_PROMPT, now=now)
    party = _slot(PARTY, "Demo: party", Operation.IMAGE_EDIT, prompt=PARTY_PROMPT, now=now)
    return night.model_copy(update={"template_media": (style,)}), party


def _slot(slot_id: str, name: str, operation: Operation, *, prompt: str, now: datetime) -> Slot:
    return Slot(
        id=slot_id,
        name=name,
        provider="gemini",
        operation=operation,
        params={"prompt": prompt},
        created_at=now,
        updated_at=now,
        author="first start",
    )


if __name__ == "__main__":
    sys.exit(asyncio.run(seed(SeedSettings())))
