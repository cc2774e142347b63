"""Which provider a request is about."""

from aiohttp import web

from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.infrastructure.provider_repository import ProviderRepository

PATH = "/api/v1/providers"
ONE = f"{PATH}/{{name}}"


async def known_provider(request: web.Request, providers: ProviderRepository) -> ProviderManifest:
    """Give the manifest of the provider that the path names.

    Raises:
        Refused: there is none.
    """
    name = request.match_info["name"]
    for manifest in await providers.list():
        if manifest.name == name:
            return manifest
    raise Refused(ProblemCode.NOT_FOUND, "No such provider.")
