"""After a rotation booths may show the old password for a while."""

import asyncio

from photochanger.domain.ingest_password import password_verifier
from photochanger.infrastructure.settings_repository import SettingsRepository
from tests.dslr_client import Shot
from tests.gateway_process import SECRET_KEY
from tests.integration.gateway.conftest import PASSWORD, World, a_picture


async def test_the_old_password_opens_until_its_overlap_is_over_and_the_new_one_at_once(world: World) -> None:
    slot = await world.slot()
    await world.settings()

    async def status(password: str) -> int:
        return (await world.shoot(slot, Shot.captured(a_picture(), password))).status

    verifier = password_verifier("the new one", secret_key=SECRET_KEY)
    await SettingsRepository(world.mongo.database).rotate_ingest_password(verifier, overlap_minutes=5 / 60)
    await asyncio.sleep(1.1)

    assert [await status("the new one"), await status(PASSWORD), await status("wrong")] == [200, 200, 401]

    await asyncio.sleep(5.5)
    try:
        assert [await status("the new one"), await status(PASSWORD)] == [200, 401]
    finally:
        await world.settings()
