"""Providers: what they can do, how they are, and the keys they are called with."""

import asyncio

from aiohttp import hdrs, web

from admin_api.accounts.auth import actor_of
from admin_api.operations.audit import Audit
from admin_api.providers.known_providers import ONE, PATH, known_provider
from admin_api.providers.provider_models import KeyShown, NewKey, ProviderList, ProviderShown, key_shown, provider_shown
from admin_api.rest.endpoint import Endpoint, body_of, json_answer
from admin_api.rest.problems import Refused
from photochanger.domain.breaker import BreakerReason
from photochanger.domain.failure import ProblemCode
from photochanger.domain.key_test import KeyTest, last4_of
from photochanger.domain.user import Role
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.key_test_repository import KeyTestRepository
from photochanger.infrastructure.provider_key_repository import (
    ProviderKeyRepository,
    StoredProviderKey,
    sealing_place,
)
from photochanger.infrastructure.provider_limits_repository import ProviderLimitsRepository, SetLimits
from photochanger.infrastructure.provider_model_repository import ProviderModelRepository
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.quota_repository import QuotaRepository
from photochanger.infrastructure.sealing import Sealer

#: Two for the service to see that it is asked, eight for the provider, and some.
KEY_TEST_SECONDS = 12.0
KEY_TEST_LOOK_SECONDS = 0.2


class ProviderRoutes:
    def __init__(
        self,
        providers: ProviderRepository,
        keys: ProviderKeyRepository,
        key_tests: KeyTestRepository,
        *,
        limits: ProviderLimitsRepository,
        quotas: QuotaRepository,
        breakers: Breakers,
        models: ProviderModelRepository,
        sealer: Sealer,
        audit: Audit,
    ) -> None:
        self._providers = providers
        self._models = models
        self._keys = keys
        self._limits, self._quotas, self._breakers = limits, quotas, breakers
        self._key_tests = key_tests
        self._sealer = sealer
        self._audit = audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        key_path = f"{ONE}/key"
        return (
            Endpoint(
                hdrs.METH_GET,
                PATH,
                self.list,
                Role.VIEWER,
                summary="Providers: operations, formats, limits and their use, breakers, keys, retired models",
                answer=ProviderList,
            ),
            Endpoint(
                hdrs.METH_GET,
                ONE,
                self.show,
                Role.VIEWER,
                summary="One provider, the version of its limits as ETag",
                answer=ProviderShown,
                has_etag=True,
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
        keys = {key.provider: key for key in await self._keys.list()}
        set_limits, uses = await self._limits.list(), await self._quotas.uses()
        manifests, without_key = await self._providers.list(), await self._providers.without_key()
        availability, models = await self._breakers.read(), await self._models.by_provider()
        items = tuple(
            provider_shown(
                manifest,
                keys.get(manifest.name),
                set_limits.get(manifest.name, SetLimits()),
                has_key=manifest.name not in without_key,
                uses=uses,
                availability=availability,
                models=models.get(manifest.name),
            )
            for manifest in manifests
        )
        return json_answer(ProviderList(items=items))

    async def show(self, request: web.Request) -> web.Response:
        manifest = await known_provider(request, self._providers)
        set_limits = await self._limits.get(manifest.name)
        shown = provider_shown(
            manifest,
            await self._keys.get(manifest.name),
            set_limits,
            has_key=manifest.name not in await self._providers.without_key(),
            uses=await self._quotas.uses(),
            availability=await self._breakers.read(manifest.name),
            models=(await self._models.by_provider()).get(manifest.name),
        )
        return json_answer(shown, version=set_limits.version)

    async def put_key(self, request: web.Request) -> web.Response:
        name = (await known_provider(request, self._providers)).name
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
            await self._breakers.change(
                name,
                BreakerReason.ACCESS,
                lambda breaker, at: None if breaker.is_closed else breaker.closed(at, "new key"),
            )
        return json_answer(key_shown(stored))

    async def delete_key(self, request: web.Request) -> web.Response:
        name = (await known_provider(request, self._providers)).name
        before = await self._keys.get(name)
        async with self._audit.change(actor_of(request), "delete_key", f"providers/{name}", _recorded(before), None):
            if not await self._keys.delete(name):
                raise Refused(ProblemCode.NOT_FOUND, "This provider has no key that was given here.")
        return web.Response(status=204)

    async def test_key(self, request: web.Request) -> web.Response:
        """The provider's own service asks: no key travels from here to there."""
        name = (await known_provider(request, self._providers)).name
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


def _recorded(key: StoredProviderKey | None) -> dict[str, object] | None:
    return None if key is None else {"last4": key.last4, "updated_at": key.updated_at}
