"""How much a provider may be asked for, and whether it is asked at all."""

from aiohttp import hdrs, web

from admin_api.accounts.auth import actor_of
from admin_api.operations.audit import Audit
from admin_api.providers.known_providers import ONE, known_provider
from admin_api.providers.provider_models import BreakerChange, BreakerSwitch, LimitsChange
from admin_api.rest.endpoint import Endpoint, body_of, json_answer
from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong
from admin_api.rest.problems import Refused
from admin_api.rest.versions import check_if_match, version_conflict
from photochanger.domain.breaker import BreakerReason
from photochanger.domain.failure import ProblemCode
from photochanger.domain.provider_limits import ProviderLimits
from photochanger.domain.user import Role
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.provider_limits_repository import ProviderLimitsRepository
from photochanger.infrastructure.provider_repository import ProviderRepository


class ProviderGateRoutes:
    def __init__(
        self, providers: ProviderRepository, limits: ProviderLimitsRepository, breakers: Breakers, *, audit: Audit
    ) -> None:
        self._providers = providers
        self._limits = limits
        self._breakers = breakers
        self._audit = audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_PATCH,
                f"{ONE}/limits",
                self.change_limits,
                Role.ADMIN,
                summary="Set limits in place of the manifest's; in force within 2 s, the ETag is the provider's",
                body=LimitsChange,
                answer=ProviderLimits,
                problems=(ProblemCode.VERSION_CONFLICT, ProblemCode.PRECONDITION_REQUIRED),
            ),
            Endpoint(
                hdrs.METH_PUT,
                f"{ONE}/breaker",
                self.switch,
                Role.ADMIN,
                summary="Stop asking a provider, or ask it again at once; in force within 2 s",
                body=BreakerChange,
                status=204,
            ),
        )

    async def change_limits(self, request: web.Request) -> web.Response:
        manifest = await known_provider(request, self._providers)
        before = await self._limits.get(manifest.name)
        check_if_match(request, version=before.version)
        changes = body_of(request, LimitsChange).model_dump(exclude_unset=True)
        if changes.get("money_per_day") is not None and not manifest.prices:
            no_prices = Wrong(FaultCode.NO_PRICES, "this provider's manifest has no prices")
            raise Refused.for_faults(FieldFault.at("money_per_day", wrong=no_prices))
        changed = before.limits.model_copy(update=changes)
        old = {name: before.limits.model_dump()[name] for name in changes}
        target = f"providers/{manifest.name}/limits"
        async with self._audit.change(actor_of(request), "change", target, old, changes):
            if not await self._limits.replace(manifest.name, changed, expected_version=before.version):
                raise version_conflict()
        return json_answer(changed.over(manifest.limits), version=before.version + 1)

    async def switch(self, request: web.Request) -> web.Response:
        name = (await known_provider(request, self._providers)).name
        asked, actor = body_of(request, BreakerChange), actor_of(request)
        target, said = f"providers/{name}/breaker", {"state": asked.state.value}
        async with self._audit.change(actor, f"{asked.state.value}_breaker", target, None, said):
            if asked.state is BreakerSwitch.OPEN:
                await self._open(name, f"opened by {actor.login}")
            else:
                await self._close(name, f"closed by {actor.login}")
        return web.Response(status=204)

    async def _open(self, name: str, detail: str) -> None:
        await self._breakers.change(name, BreakerReason.MANUAL, lambda breaker, at: breaker.opened_by_hand(at, detail))

    async def _close(self, name: str, detail: str) -> None:
        for _, reason in (await self._breakers.read(name)).for_calls().breakers:
            await self._breakers.change(name, reason, lambda breaker, at: breaker.closed(at, detail))
