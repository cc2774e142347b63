"""Where a result may be fetched, with a resolver that answers what a stranger's would."""

from collections.abc import Sequence

import pytest

from photochanger.provider_worker.safe_target import Target, TargetCheck, UnsafeTarget, is_public

REAL = "https://www.turbotext.ru"
STAND_IN = "http://127.0.0.1:8090"
PUBLIC = "93.184.216.34"


async def target(url: str, *addresses: str, base_url: str = REAL) -> Target:
    async def resolver(_host: str, _port: int) -> Sequence[str]:
        return addresses or (PUBLIC,)

    return await TargetCheck(base_url, ("turbotext.ru",), resolver).target(url)


@pytest.mark.parametrize(
    "host", ["www.turbotext.ru", "turbotext.ru", "cdn.turbotext.ru", "WWW.Turbotext.RU", "turbotext.ru."]
)
async def test_the_providers_hosts_are_fetched_from_over_https(host: str) -> None:
    found = await target(f"https://{host}/a.png")

    assert (found.scheme, found.port, found.addresses) == ("https", 443, (PUBLIC,))


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


async def test_the_configured_stand_in_is_trusted_at_its_own_port_only() -> None:
    found = await target(f"{STAND_IN}/download.php?f=1", "127.0.0.1", base_url=STAND_IN)

    assert (found.is_own, found.addresses) == (True, ("127.0.0.1",))
    for other in ("http://127.0.0.1:27017/", "https://127.0.0.1:8090/", "http://localhost:8090/"):
        with pytest.raises(UnsafeTarget):
            await target(other, "127.0.0.1", base_url=STAND_IN)


async def test_with_a_stand_in_the_real_hosts_keep_their_rules() -> None:
    with pytest.raises(UnsafeTarget):
        await target("http://www.turbotext.ru/", base_url=STAND_IN)


async def test_a_known_host_as_the_configured_server_keeps_to_public_addresses() -> None:
    assert (await target("https://www.turbotext.ru:8443/", base_url="https://www.turbotext.ru:8443")).port == 8443
    with pytest.raises(UnsafeTarget):
        await target("https://www.turbotext.ru:8443/", "10.0.0.5", base_url="https://www.turbotext.ru:8443")


async def test_only_the_configured_server_is_the_keys_own() -> None:
    assert (await target("https://www.turbotext.ru/a.png")).is_own
    assert not (await target("https://cdn.turbotext.ru/a.png")).is_own
