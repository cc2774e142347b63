"""Pages of other origins get no leave from the gateway: booths and guests need none."""

import pytest

from tests.integration.gateway.conftest import World
from tests.integration.gateway.test_public_results import ask


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_ingest_pictures_and_temporary_links_name_no_origin(world: World, method: str) -> None:
    slot = await world.slot()
    result_url = (await world.shoot(slot)).headers["x-result-url"]
    urls = (world.url(slot), result_url, f"{result_url}/page", f"{world.gateway.url}/public/media/unknown")
    asks = {"Origin": "https://admin.example", "Access_Control_Request_Method": "POST"}

    headers = [(await ask(url, method, **asks)).headers for url in urls]

    assert not [name for sent in headers for name in sent if name.lower().startswith("access-control-")]
