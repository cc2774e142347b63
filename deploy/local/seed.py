"""Makes the demo slots, their pictures and the global ingest password in a new stack."""

import asyncio
import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from deploy.local.booth import DEMO_SLOTS
from photochanger.domain.ingest_password import password_verifier
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import Operation, Route, Slot, TemplateUse
from photochanger.domain.template import TemplateMedia
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import connect
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.infrastructure.template_repository import TemplateRepository
from photochanger.settings import MongoSettings, SecretKeySettings, StoreSettings

TIMEOUT_MS = 5_000
NIGHT_PROMPT = (
    "Repaint this photo in the style of the second picture: its colours, its light, its mood. "
    "Keep every face recognisable, the pose as it is."
)
PARTY_PROMPT = "Put everybody in this photo at a birthday party: balloons behind them, confetti, warm evening light."
COMIC_PROMPT = "Draw this photo as a bright comic: clear outlines, flat colours, everybody smiling."
STYLE_ID, FACE_ID = "demo-style", "demo-face"
#: Name of each picture, which lies beside this file under its id.
PICTURES = {STYLE_ID: "Night launch", FACE_ID: "An astronaut"}


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
        MediaStore(settings.s3_url, settings.s3_access_key, settings.s3_secret_key, region=settings.s3_region) as store,
    ):
        await SettingsRepository(mongo.database).insert_if_missing(
            PlatformSettings(ingest_password_verifiers=(verifier,))
        )
        await _insert_pictures(store, TemplateRepository(mongo.database))
        slots = SlotRepository(mongo.database)
        for slot in demo_slots(datetime.now(UTC)):
            await slots.insert_if_missing(slot)


async def _insert_pictures(store: MediaStore, templates: TemplateRepository) -> None:
    await store.ensure_buckets()
    for media_id, name in PICTURES.items():
        data = Path(__file__).with_name(f"{media_id}.jpg").read_bytes()
        info = inspect_photo(data)
        await store.put(Bucket.TEMPLATES, media_id, data, content_type=info.type)
        template = TemplateMedia(
            id=media_id,
            name=name,
            key=media_id,
            type=info.type,
            width=info.width,
            height=info.height,
            size_bytes=info.size_bytes,
            sha256=hashlib.sha256(data).hexdigest(),
        )
        await templates.insert_if_missing(template)


def demo_slots(now: datetime) -> tuple[Slot, ...]:
    """Give one slot an operation, with the other provider as a fallback where it can do the same with no picture."""
    party, comic, comic_by_gemini = (
        Route(provider=provider, operation=Operation.IMAGE_EDIT, params={"prompt": prompt})
        for provider, prompt in (("gemini", PARTY_PROMPT), ("turbotext", COMIC_PROMPT), ("gemini", COMIC_PROMPT))
    )
    night = Route(provider="gemini", operation=Operation.STYLE_TRANSFER, params={"prompt": NIGHT_PROMPT})
    face = Route(provider="turbotext", operation=Operation.IDENTITY_TRANSFER, params={"face_restore": True})
    night_slot, party_slot, comic_slot, face_slot = DEMO_SLOTS
    return (
        _slot(night_slot, "Demo: night launch", night, fallback=comic, picture=("style", STYLE_ID), now=now),
        _slot(party_slot, "Demo: party", party, now=now),
        _slot(comic_slot, "Demo: comic", comic, fallback=comic_by_gemini, now=now),
        _slot(face_slot, "Demo: another face", face, picture=("face", FACE_ID), now=now),
    )


def _slot(
    slot_id: str,
    name: str,
    route: Route,
    *,
    now: datetime,
    fallback: Route | None = None,
    picture: tuple[str, str] | None = None,
) -> Slot:
    return Slot(
        id=slot_id,
        name=name,
        provider=route.provider,
        operation=route.operation,
        params=route.params,
        template_media=() if picture is None else (TemplateUse(role=picture[0], media_id=picture[1]),),
        fallbacks=() if fallback is None else (fallback,),
        created_at=now,
        updated_at=now,
        author="first start",
    )


if __name__ == "__main__":
    sys.exit(asyncio.run(seed(SeedSettings())))
