"""Makes the demo slots and the global ingest password in a new stack's database."""

import asyncio
import sys
from datetime import UTC, datetime

from pydantic import SecretStr

from deploy.local.booth import DEMO_SLOTS
from photochanger.domain.ingest_password import password_verifier
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import Operation, Slot
from photochanger.infrastructure.mongo import connect
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.slot_repository import SlotRepository
from photochanger.settings import MongoSettings, SecretKeySettings

TIMEOUT_MS = 5_000
PAINTING, PARTY = DEMO_SLOTS
PAINTING_PROMPT = (
    "Repaint this photo as a loose watercolour on rough paper. Keep every face recognisable, the pose as it is."
)
PARTY_PROMPT = "Put everybody in this photo at a birthday party: balloons behind them, confetti, warm evening light."


class SeedSettings(MongoSettings, SecretKeySettings):
    """`ingest_password` opens every slot that has none of its own."""

    ingest_password: SecretStr


async def seed(settings: SeedSettings) -> None:
    """Insert what is missing; whatever an administrator changed stays.

    Raises:
        DatabaseUnavailable: try again.
    """
    secret_key = settings.photochanger_secret_key.get_secret_value()
    verifier = password_verifier(settings.ingest_password.get_secret_value(), secret_key=secret_key)
    async with connect(settings.mongo_url, timeout_ms=TIMEOUT_MS) as mongo:
        await SettingsRepository(mongo.database).insert_if_missing(
            PlatformSettings(ingest_password_verifiers=(verifier,))
        )
        slots = SlotRepository(mongo.database)
        for slot in demo_slots(datetime.now(UTC)):
            await slots.insert_if_missing(slot)


def demo_slots(now: datetime) -> tuple[Slot, ...]:
    return (
        _slot(PAINTING, "Demo: watercolour", Operation.STYLE_TRANSFER, prompt=PAINTING_PROMPT, now=now),
        _slot(PARTY, "Demo: party", Operation.IMAGE_EDIT, prompt=PARTY_PROMPT, now=now),
    )


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
