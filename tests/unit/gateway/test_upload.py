"""The body's own clock and counters."""

import asyncio
from collections.abc import Callable, Iterable

import pytest

from ingest_gateway.multipart_reader import OVERHEAD_BYTES, MultipartReader, ReceivedForm
from ingest_gateway.refusal import ClientGone, Refusal
from ingest_gateway.upload import announced_bytes, form_boundary, receive_form
from ingest_gateway.upload_pace import MIN_BYTES_PER_SECOND, UploadPace
from photochanger.domain.failure import ProblemCode
from tests.dslr_client import Shot

BOUNDARY = "------------090306000104030805010400"


class FedBody:
    """A body whose pieces come when the test says; an exception among them is raised."""

    def __init__(self, pieces: Iterable[bytes | Exception], *, then_hangs: bool = False) -> None:
        self._pieces, self._then_hangs = iter(pieces), then_hangs

    async def readany(self) -> bytes:
        await asyncio.sleep(0)
        piece = next(self._pieces, b"")
        if isinstance(piece, Exception):
            raise piece
        if not piece and self._then_hangs:
            await asyncio.Event().wait()
        return piece


def a_clock(step: float) -> Callable[[], float]:
    ticks = iter(range(10_000_000))
    return lambda: next(ticks) * step


async def receive(body: FedBody, *, deadline: float = 1000.0, step: float = 0.0) -> ReceivedForm:
    reader = MultipartReader(BOUNDARY.encode(), max_file_bytes=1000, is_supported=lambda _: True)
    return await receive_form(body, reader, deadline=deadline, clock=a_clock(step))


async def test_a_body_in_pieces_becomes_a_form() -> None:
    body = Shot(b"photo").body(BOUNDARY)

    form = await receive(FedBody(body[at : at + 7] for at in range(0, len(body), 7)))

    assert form.photo is not None
    assert form.photo.data == b"photo"


async def test_a_client_that_hangs_up_in_the_body_is_gone() -> None:
    with pytest.raises(ClientGone):
        await receive(FedBody([Shot(b"photo").body(BOUNDARY)[:100], ConnectionResetError("gone")]))


async def test_a_body_that_stops_coming_is_too_slow_at_its_deadline() -> None:
    loop = asyncio.get_running_loop()
    reader = MultipartReader(BOUNDARY.encode(), max_file_bytes=1000, is_supported=lambda _: True)
    body = FedBody([Shot(b"photo").body(BOUNDARY)[:100]], then_hangs=True)

    with pytest.raises(Refusal) as caught:
        await receive_form(body, reader, deadline=loop.time() + 0.1, clock=loop.time)

    assert caught.value.problem.code is ProblemCode.UPLOAD_TOO_SLOW


async def test_a_body_that_drips_for_ever_is_too_slow() -> None:
    start = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'.encode()

    with pytest.raises(Refusal) as caught:
        await receive(FedBody([start, *[b"x"] * 900]), step=0.1)

    assert caught.value.problem.code is ProblemCode.UPLOAD_TOO_SLOW


def test_a_pause_shorter_than_the_interval_is_forgiven() -> None:
    pace = UploadPace(0.0, 30.0)
    pace.received(200_000)
    pace.is_too_slow(0.5)

    assert not pace.is_too_slow(4.9)


def test_the_least_rate_is_fast_enough_and_half_of_it_is_not() -> None:
    def verdict(rate: float) -> bool:
        pace = UploadPace(0.0, 30.0)
        for tick in range(1, 200):
            pace.received(round(rate / 10))
            if pace.is_too_slow(tick / 10):
                return True
        return False

    assert (verdict(MIN_BYTES_PER_SECOND * 1.1), verdict(MIN_BYTES_PER_SECOND / 2)) == (False, True)


def test_a_burst_at_the_start_does_not_pay_for_a_drip_later() -> None:
    pace = UploadPace(0.0, 30.0)
    pace.received(3_000_000)

    assert any(pace.is_too_slow(tick / 2) for tick in range(1, 20))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "application/json"},
        {"Content-Type": "multipart/form-data"},
        {"Content-Type": "multipart/form-data; boundary="},
        {"Content-Type": "multipart/mixed; boundary=abc"},
        {"Content-Type": "multipart/form-data; boundary=abc", "Content-Encoding": "gzip"},
    ],
)
def test_a_head_that_announces_no_form_is_an_invalid_request(headers: dict[str, str]) -> None:
    with pytest.raises(Refusal) as caught:
        form_boundary(headers)

    assert caught.value.problem.code is ProblemCode.INVALID_REQUEST


def test_the_boundary_is_taken_from_the_head() -> None:
    assert form_boundary({"Content-Type": f'Multipart/Form-Data; Boundary="{BOUNDARY}"'}) == BOUNDARY.encode()


def test_an_announced_body_that_cannot_hold_an_allowed_photo_is_too_large() -> None:
    with pytest.raises(Refusal) as caught:
        announced_bytes(1000 + OVERHEAD_BYTES + 1, 1000)

    assert caught.value.problem.code is ProblemCode.PAYLOAD_TOO_LARGE


def test_a_body_of_unknown_length_may_take_all_that_the_slot_allows() -> None:
    assert announced_bytes(None, 1000) == 1000 + OVERHEAD_BYTES
