"""Providers: what they can do, and the keys they are called with."""

import asyncio
from datetime import datetime
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import BaseModel, Field, SecretStr, field_validator

from admin_api.audit import Audit
from admin_api.auth import actor_of
from admin_api.endpoint import Endpoint, RequestModel, body_of, json_answer
from admin_api.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.key_test import KeyTest, last4_of
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.user import Role
from photochanger.infrastructure.key_test_repository import KeyTestRepository
from photochanger.infrastructure.provider_key_repository import (
    ProviderKeyRepository,
    StoredProviderKey,
    sealing_place,
)
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.sealing import Sealer

PATH = "/api/v1/providers"
#: Two for the service to see that it is asked, eight for the provider, and some.
KEY_TEST_SECONDS = 12.0
KEY_TEST_LOOK_SECONDS = 0.2


class NewKey(RequestModel):
    """Written, never read: answers show its last 4 characters."""

    api_key: Annotated[SecretStr, Field(min_length=8, max_length=512)]

    @field_validator("api_key")
    @classmethod
    def _travels_in_a_header(cls, key: SecretStr) -> SecretStr:
        text = key.get_secret_value()
        if not (text.isascii() and text.isprintable() and " " not in text):
            raise ValueError("must be printable ASCII without spaces")
        return key


class KeyShown(BaseModel):
    last4: str
    key_id: str
    updated_at: datetime


class ProviderShown(BaseModel):
    """`key` None: the provider service's environment gives the key. `has_key` is what the service last said."""

    manifest: ProviderManifest
    key: KeyShown | None
    has_key: bool


class ProviderList(BaseModel):
    items: tuple[ProviderShown, ...]


class ProviderRoutes:
    def __init__(
        self,
        providers: ProviderRepository,
        keys: ProviderKeyRepository,
        key_tests: KeyTestRepository,
        *,
        sealer: Sealer,
        audit: Audit,
    ) -> None:
        self._providers = providers
        self._keys = keys
        self._key_tests = key_tests
        self._sealer = sealer
        self._audit = audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        key_path = f"{PATH}/{{name}}/key"
        return (
            Endpoint(
                hdrs.METH_GET,
                PATH,
                self.list,
                Role.VIEWER,
                summary="Providers: operations, limits, formats, and whether a key was given here",
                answer=ProviderList,
            ),
            Endpoint(
                hdrs.METH_PUT,
                key_path,
                self.put_key,
                Role.ADMIN,
                summary="Give a provider's API key; it wins over the environment's within 2 s",
                body=NewKey,
                answer=KeyShown,
            ),
            Endpoint(
                hdrs.METH_DELETE,
                key_path,
                self.delete_key,
                Role.ADMIN,
                summary="Take the key away; the environment's serves again",
                status=204,
            ),
            Endpoint(
                hdrs.METH_POST,
                f"{key_path}/test",
                self.test_key,
                Role.ADMIN,
                summary="Ask the provider whether it takes the key in force, without making a picture; up to 12 s",
                answer=KeyTest,
                problems=(ProblemCode.PROVIDER_UNAVAILABLE,),
            ),
        )

    async def list(self, _request: web.Request) -> web.Response:
        keys = {key.provider: _shown(key) for key in await self._keys.list()}
        manifests, without_key = await self._providers.list(), await self._providers.without_key()
        items = tuple(
            ProviderShown(manifest=manifest, key=keys.get(manifest.name), has_key=manifest.name not in without_key)
            for manifest in manifests
        )
        return json_answer(ProviderList(items=items))

    async def put_key(self, request: web.Request) -> web.Response:
        name = await self._known_name(request)
        key = body_of(request, NewKey).api_key
        before = await self._keys.get(name)
        last4 = last4_of(key)
        sealed = self._sealer.seal(key, place=sealing_place(name))
        said = {"last4": last4}
        async with self._audit.change(
            actor_of(request), "set_key", f"providers/{name}", _recorded(before), said
        ) as change:
            stored = await self._keys.put(name, sealed, last4=last4)
            change.after = _recorded(stored)
        return json_answer(_shown(stored))

    async def delete_key(self, request: web.Request) -> web.Response:
        name = await self._known_name(request)
        before = await self._keys.get(name)
        async with self._audit.change(actor_of(request), "delete_key", f"providers/{name}", _recorded(before), None):
            if not await self._keys.delete(name):
                raise Refused(ProblemCode.NOT_FOUND, "This provider has no key that was given here.")
        return web.Response(status=204)

    async def test_key(self, request: web.Request) -> web.Response:
        """The provider's own service asks: no key travels from here to there."""
        name = await self._known_name(request)
        await self._key_tests.ask(name)
        try:
            async with asyncio.timeout(KEY_TEST_SECONDS) as limit:
                while (test := await self._key_tests.result(name)) is None:  # noqa: ASYNC110 - another process answers
                    await asyncio.sleep(KEY_TEST_LOOK_SECONDS)
        except TimeoutError:
            if not limit.expired():
                raise
            raise Refused(ProblemCode.PROVIDER_UNAVAILABLE, "The provider's service does not answer.") from None
        return json_answer(test)

    async def _known_name(self, request: web.Request) -> str:
        name = request.match_info["name"]
        if name not in {manifest.name for manifest in await self._providers.list()}:
            raise Refused(ProblemCode.NOT_FOUND, "No such provider.")
        return name


def _shown(key: StoredProviderKey) -> KeyShown:
    return KeyShown(last4=key.last4, key_id=key.sealed.key_id, updated_at=key.updated_at)


def _recorded(key: StoredProviderKey | None) -> dict[str, object] | None:
    return None if key is None else {"last4": key.last4, "updated_at": key.updated_at}
