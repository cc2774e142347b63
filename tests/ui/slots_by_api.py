"""Slots that tests of the UI make, change and look at behind its back."""

import uuid
from typing import Any

import aiohttp

from tests.admin_people import ask


async def make_slot(admin_api: aiohttp.ClientSession, **settings: object) -> dict[str, Any]:
    """Create a slot of its own for a test, whose provider answers well unless its prompt says otherwise."""
    slot_id = f"t-{uuid.uuid4().hex[:12]}"
    prompt = f"{slot_id} in oil"
    body = {
        "id": slot_id,
        "name": slot_id,
        "provider": "gemini",
        "operation": "image_edit",
        "params": {"prompt": prompt},
    }
    status, said = await ask(admin_api, "POST", "/api/v1/slots", body | settings)
    assert status == 201, said
    made: dict[str, Any] = said
    return made


async def read_slot(admin_api: aiohttp.ClientSession, slot_id: str) -> dict[str, Any]:
    status, said = await ask(admin_api, "GET", f"/api/v1/slots/{slot_id}")
    assert status == 200, said
    read: dict[str, Any] = said
    return read


async def change_slot(admin_api: aiohttp.ClientSession, slot: dict[str, Any], **settings: object) -> None:
    """Change it as somebody else does, on the version given."""
    headers = {"If-Match": f'"{slot["version"]}"'}
    status, said = await ask(admin_api, "PATCH", f"/api/v1/slots/{slot['id']}", settings, headers=headers)
    assert status == 200, said
