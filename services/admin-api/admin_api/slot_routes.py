"""Slots as administrators see them."""

from aiohttp import web

from photochanger.domain.slot import Slot
from photochanger.infrastructure.slot_repository import SlotRepository


class SlotRoutes:
    def __init__(self, slots: SlotRepository, *, public_base_url: str) -> None:
        self._slots = slots
        self._public_base_url = public_base_url.rstrip("/")

    async def list(self, _request: web.Request) -> web.Response:
        """`GET /api/v1/slots`: every slot with the link its booth posts to."""
        slots = await self._slots.list()
        return web.json_response({"items": [self._shown(slot) for slot in slots]})

    def _shown(self, slot: Slot) -> dict[str, object]:
        return {
            **slot.model_dump(mode="json", exclude={"ingest_password_verifier"}),
            "has_own_password": slot.ingest_password_verifier is not None,
            "ingest_url": f"{self._public_base_url}/ingest/{slot.id}",
        }
