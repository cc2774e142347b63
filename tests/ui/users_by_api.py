"""People that tests of the UI make behind its back."""

import uuid

import aiohttp

from photochanger.domain.user import Role
from tests.admin_people import ask

PASSWORD = "four words or so"


async def make_user(admin_api: aiohttp.ClientSession, role: Role = Role.VIEWER) -> str:
    """Give the login of somebody new, whose password is PASSWORD."""
    login = f"{role}-{uuid.uuid4().hex[:8]}"
    status, said = await ask(admin_api, "POST", "/api/v1/users", {"login": login, "password": PASSWORD, "role": role})
    assert status == 201, said
    return login
