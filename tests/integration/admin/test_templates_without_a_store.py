"""Template media while the object store is away."""

import aiohttp

from photochanger.domain.photo import PictureType
from photochanger.domain.template import TemplateMedia
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.template_repository import TemplateRepository
from tests.admin_people import ask

TEMPLATE = TemplateMedia(
    id="left", name="Night", key="left", type=PictureType.JPEG, width=4, height=3, size_bytes=9, sha256="ab" * 32
)


async def test_a_picture_that_cannot_be_removed_now_stays_known_so_that_it_can_be_removed_later(
    admin: aiohttp.ClientSession, mongo: Mongo
) -> None:
    templates = TemplateRepository(mongo.database)
    await templates.insert_if_missing(TEMPLATE)

    status, problem = await ask(admin, "DELETE", f"/api/v1/template-media/{TEMPLATE.id}")

    assert (status, problem["code"]) == (503, "storage_unavailable")
    assert await templates.get(TEMPLATE.id) == TEMPLATE
