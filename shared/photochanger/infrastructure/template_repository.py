"""Rows of `templates`: what is known of each stored reference picture."""

from typing import TYPE_CHECKING, Any

from pymongo.errors import DuplicateKeyError

from photochanger.domain.template import TemplateMedia
from photochanger.infrastructure.mongo import translated

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase


class TemplateRepository:
    """Every method may raise `DatabaseUnavailable`."""

    def __init__(self, database: "AsyncIOMotorDatabase[dict[str, Any]]") -> None:
        self._templates: AsyncIOMotorCollection[dict[str, Any]] = database["templates"]

    async def get(self, media_id: str) -> TemplateMedia | None:
        with translated():
            document = await self._templates.find_one({"_id": media_id})
        return None if document is None else _template(document)

    async def list(self) -> list[TemplateMedia]:
        """Give all templates by id."""
        with translated():
            documents = await self._templates.find().sort("_id", 1).to_list(None)
        return [_template(document) for document in documents]

    async def insert_if_missing(self, template: TemplateMedia) -> bool:
        """Say whether this call created the row; its picture must be in the store already."""
        try:
            with translated():
                await self._templates.insert_one(template_document(template))
        except DuplicateKeyError:
            return False
        return True

    async def delete(self, media_id: str) -> bool:
        """Remove the row, not the picture; say whether there was one."""
        with translated():
            done = await self._templates.delete_one({"_id": media_id})
        return done.deleted_count == 1


def template_document(template: TemplateMedia) -> dict[str, Any]:
    """Give the template as its row."""
    return {"_id": template.id, **template.model_dump(mode="json", exclude={"id"})}


def _template(document: dict[str, Any]) -> TemplateMedia:
    return TemplateMedia.model_validate({**document, "id": document["_id"]})
