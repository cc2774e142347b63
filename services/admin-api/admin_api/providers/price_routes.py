"""What a provider's calls cost: its manifest's prices, or those an administrator gave."""

from aiohttp import hdrs, web
from pydantic import BaseModel, Field

from admin_api.accounts.auth import actor_of
from admin_api.operations.audit import Audit
from admin_api.rest.endpoint import Endpoint, RequestModel, body_of, json_answer
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.usage import Price, PriceTable
from photochanger.domain.user import Role
from photochanger.infrastructure.provider_repository import ProviderRepository

PATH = "/api/v1/providers/{name}/prices"


class NewPrices(RequestModel):
    """All prices of the provider, in millionths of `currency`; they take the manifest's place."""

    currency: str = Field(pattern="^[A-Z]{3}$", examples=["USD"])
    prices: tuple[Price, ...] = Field(min_length=1, max_length=100)


class PricesShown(BaseModel):
    """`is_given`: an administrator gave them; else they are the manifest's."""

    currency: str
    prices: tuple[Price, ...]
    is_given: bool


class PriceRoutes:
    def __init__(self, providers: ProviderRepository, audit: Audit) -> None:
        self._providers = providers
        self._audit = audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(hdrs.METH_GET, PATH, self.show, Role.VIEWER, summary="What a call costs now", answer=PricesShown),
            Endpoint(
                hdrs.METH_PUT,
                PATH,
                self.put,
                Role.ADMIN,
                summary="Give the provider's prices; in force within 10 s, for calls that end from then on",
                body=NewPrices,
                answer=PricesShown,
            ),
            Endpoint(
                hdrs.METH_DELETE,
                PATH,
                self.delete,
                Role.ADMIN,
                summary="Take the given prices away; the manifest's are in force again",
                status=204,
            ),
        )

    async def show(self, request: web.Request) -> web.Response:
        manifest = await self._manifest(request)
        given = await self._providers.given_prices(manifest.name)
        return json_answer(_shown(given) if given is not None else _of_manifest(manifest))

    async def put(self, request: web.Request) -> web.Response:
        manifest, asked = await self._manifest(request), body_of(request, NewPrices)
        table = PriceTable(currency=asked.currency, prices=asked.prices)
        await self._save(request, manifest.name, table)
        return json_answer(_shown(table))

    async def delete(self, request: web.Request) -> web.Response:
        manifest = await self._manifest(request)
        if await self._providers.given_prices(manifest.name) is None:
            raise Refused(ProblemCode.NOT_FOUND, "This provider has no prices that were given here.")
        await self._save(request, manifest.name, None)
        return web.Response(status=204)

    async def _save(self, request: web.Request, name: str, table: PriceTable | None) -> None:
        before = await self._providers.given_prices(name)
        action = "delete_prices" if table is None else "set_prices"
        said = [None if given is None else given.model_dump(mode="json") for given in (before, table)]
        async with self._audit.change(actor_of(request), action, f"providers/{name}", *said):
            await self._providers.give_prices(name, table)

    async def _manifest(self, request: web.Request) -> ProviderManifest:
        for manifest in await self._providers.list():
            if manifest.name == request.match_info["name"]:
                return manifest
        raise Refused(ProblemCode.NOT_FOUND, "No such provider.")


def _shown(table: PriceTable) -> PricesShown:
    return PricesShown(currency=table.currency, prices=table.prices, is_given=True)


def _of_manifest(manifest: ProviderManifest) -> PricesShown:
    return PricesShown(currency=manifest.currency, prices=manifest.prices, is_given=False)
