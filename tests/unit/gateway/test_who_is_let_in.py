"""Addresses, secrets, rates and places."""

import asyncio
from ipaddress import ip_network

import pytest

from ingest_gateway.in_flight import ReceivingBytes, WaitingRequests
from ingest_gateway.ingest_secret import check_secret, presented_secret
from ingest_gateway.multipart_reader import TextField
from ingest_gateway.refusal import Refusal
from ingest_gateway.sliding_rate import MAX_KEYS, SlidingRate
from ingest_gateway.slot_load import SAMPLE_SECONDS, SlotLoads
from photochanger.domain.failure import ProblemCode
from photochanger.domain.ingest_password import password_verifier
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import Operation, Slot
from photochanger.infrastructure.http_server.client_address import UNKNOWN, client_address, limit_key

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
KEY = "k" * 32


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1, 10.2.3.4"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["<script>"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("fd00::1", ["[2001:db8::7]:443"], "2001:db8::7"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        (None, ["198.51.100.1"], UNKNOWN),
    ],
)
def test_the_client_is_the_right_most_address_that_is_no_proxy_of_ours(
    peer: str | None, forwarded: list[str], address: str
) -> None:
    assert client_address(peer, forwarded, trusted=PROXIES) == address


def test_an_ipv6_client_is_limited_by_its_network() -> None:
    assert limit_key("2001:db8::7") == limit_key("2001:db8::ffff:1") != limit_key("2001:db8:0:1::7")


def a_slot(password: str | None = None) -> Slot:
    verifier = None if password is None else password_verifier(password, secret_key=KEY)
    return Slot(
        id="demo", name="Demo", provider="gemini", operation=Operation.IMAGE_EDIT, ingest_password_verifier=verifier
    )


def settings_with(*passwords: str) -> PlatformSettings:
    verifiers = tuple(password_verifier(password, secret_key=KEY) for password in passwords)
    return PlatformSettings(ingest_password_verifiers=verifiers)


@pytest.mark.parametrize(
    ("presented", "slot", "settings"),
    [
        ("global", a_slot(), settings_with("global")),
        ("old", a_slot(), settings_with("new", "old")),
        ("own", a_slot("own"), settings_with("global")),
        ("пароль", a_slot("пароль"), settings_with()),
    ],
)
def test_the_right_password_passes(presented: str, slot: Slot, settings: PlatformSettings) -> None:
    check_secret(presented, slot, settings, secret_keys=(KEY,))


@pytest.mark.parametrize(
    ("presented", "slot", "settings", "code"),
    [
        (None, a_slot(), settings_with("global"), ProblemCode.INVALID_REQUEST),
        ("wrong", a_slot(), settings_with("global"), ProblemCode.INVALID_PASSWORD),
        ("global", a_slot("own"), settings_with("global"), ProblemCode.INVALID_PASSWORD),
        ("any", a_slot(), settings_with(), ProblemCode.INVALID_PASSWORD),
        ("", a_slot(), settings_with(), ProblemCode.INVALID_PASSWORD),
        ("", a_slot(""), settings_with(), ProblemCode.INVALID_PASSWORD),
    ],
    ids=["none", "wrong", "global at a slot of its own", "no password set", "empty", "empty even if set"],
)
def test_every_other_password_is_refused(
    presented: str | None, slot: Slot, settings: PlatformSettings, code: ProblemCode
) -> None:
    with pytest.raises(Refusal) as caught:
        check_secret(presented, slot, settings, secret_keys=(KEY,))

    assert caught.value.problem.code is code


@pytest.mark.parametrize(
    ("fields", "headers", "secret"),
    [
        ([TextField("password", "a")], {"X-Api-Token": "b"}, "a"),
        ([], {"X-Api-Token": "b"}, "b"),
        ([], {"Authorization": "bearer c"}, "c"),
        ([TextField("password", "")], {"Authorization": "Bearer c"}, "c"),
        ([TextField("password", "")], {}, ""),
        ([], {"Authorization": "Basic Yzpj"}, None),
        ([], {}, None),
    ],
)
def test_the_secret_is_taken_from_the_form_or_a_header(
    fields: list[TextField], headers: dict[str, str], secret: str | None
) -> None:
    assert presented_secret(fields, headers) == secret


def test_a_rate_lets_so_many_through_in_any_minute_and_says_when_the_next_may_come() -> None:
    rate = SlidingRate()
    let_in = [rate.take("booth", 3, now=now) for now in (0.0, 10.0, 20.0)]

    refused = rate.take("booth", 3, now=30.0)

    assert (let_in, refused) == ([0.0, 0.0, 0.0], 30.0)
    assert rate.take("booth", 3, now=59.9) > 0
    assert rate.take("booth", 3, now=60.0) == 0.0
    assert rate.take("booth", 3, now=60.0) == 10.0


def test_one_key_does_not_pay_for_another() -> None:
    rate = SlidingRate()
    rate.take("a", 1, now=0.0)

    assert rate.take("b", 1, now=0.0) == 0.0


def test_strangers_cannot_fill_the_memory_of_a_rate() -> None:
    rate = SlidingRate()

    for number in range(MAX_KEYS + 500):
        rate.take(str(number), 1, now=0.0)

    assert len(rate._takes) == MAX_KEYS


def test_a_waiting_place_is_given_back() -> None:
    waiting = WaitingRequests()

    with waiting.place(1), pytest.raises(Refusal, match="capacity_exceeded"), waiting.place(1):
        pass

    assert waiting.count == 0


def test_promised_memory_is_given_back_once() -> None:
    receiving = ReceivingBytes()

    with receiving.reserve(60, 100) as reservation:
        with pytest.raises(Refusal, match="capacity_exceeded"):
            receiving.reserve(41, 100)
        reservation.release()

    assert receiving.reserved == 0


class CountedRows:
    def __init__(self) -> None:
        self.rows, self.asked = 0, 0

    async def count(self, slot_id: str) -> int:
        self.asked += 1
        await asyncio.sleep(0)
        return self.rows


async def test_photos_of_other_replicas_count_towards_the_slots_limit() -> None:
    rows, loads = CountedRows(), None
    loads = SlotLoads(rows.count, clock=lambda: 0.0)
    rows.rows = 2
    await loads.look("demo")

    with loads.place("demo", 3), pytest.raises(Refusal, match="slot_busy"), loads.place("demo", 3):
        pass


async def test_own_rows_are_not_counted_twice() -> None:
    now, rows = [0.0], CountedRows()
    loads = SlotLoads(rows.count, clock=lambda: now[0])
    await loads.look("demo")

    with loads.place("demo", 2) as place:
        place.row_admitted()
        rows.rows, now[0] = 1, 1.0
        await loads.look("demo")

        with loads.place("demo", 2):
            assert rows.asked == 2


async def test_rows_are_counted_at_most_so_often() -> None:
    now, rows = [0.0], CountedRows()
    loads = SlotLoads(rows.count, clock=lambda: now[0])

    for step in range(10):
        now[0] = step * SAMPLE_SECONDS / 5
        await loads.look("demo")

    assert rows.asked == 2


async def test_a_place_left_is_free_again() -> None:
    loads = SlotLoads(CountedRows().count, clock=lambda: 0.0)
    with loads.place("demo", 1) as place:
        place.row_admitted()

    with loads.place("demo", 1):
        pass
