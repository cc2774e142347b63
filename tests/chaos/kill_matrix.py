"""The kill matrix: a process dies by SIGKILL at each named step of a photo's way, and what must follow."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.chaos.history import BoothLog, History, Row
from tests.chaos.violation import Violation

#: Long enough for a lease to lapse (6 s) and the work to be done anew.
LONG_WINDOW = 14.0
#: The same for a victim of the matrix, on a machine so busy that a service needs seconds to start.
VICTIM_WINDOW = 20.0
SHORT_WINDOW = 3.0
GATEWAY, DISPATCHER, PROVIDER = "ingest-gateway", "dispatcher", "provider-gemini"
#: A lost message, a restart and a sweep fit into a window of this.
RECOVERABLE_SECONDS = 10.0
#: Without a reply the gateway sees a job's end at its next look but one, 1 s later; the rest is a busy machine's.
SEEN_SECONDS = 1.0 + 1.5


@dataclass(frozen=True)
class Victim:
    """The photo that is first at the point: what its booth, its row and the provider's log say."""

    booth: BoothLog
    row: Row | None
    calls: int

    @property
    def has_time(self) -> bool:
        return self.booth.window_seconds >= RECOVERABLE_SECONDS

    @property
    def told_after(self) -> float:
        """Seconds from the row's end to the answer's first byte."""
        assert self.row is not None
        assert self.row.finalized_at is not None
        return self.booth.first_byte_after - (self.row.finalized_at - self.booth.sent_at).total_seconds()


Expectation = Callable[[Victim], Iterator[str]]


@dataclass(frozen=True)
class KillPoint:
    """`name` of the matrix, the failpoint, the service that dies there; how the victim is treated by the provider."""

    name: str
    failpoint: str
    service: str
    expected: Expectation
    behaviour: str = "slow=0.5"
    windows: tuple[float, ...] = (VICTIM_WINDOW, SHORT_WINDOW)
    has_fallback: bool = False

    def judge(self, history: History) -> Iterator[Violation]:
        """Compare the victim, the first booth of the history, with what the matrix expects."""
        booth = history.booths[0]
        row = history.row_of(booth)
        calls = sum(call.slot_id == booth.slot_id for call in history.calls)
        for what in self.expected(Victim(booth, row, calls)):
            yield Violation(self.name, booth.request_id, what)


def _no_row(victim: Victim) -> Iterator[str]:
    if victim.booth.status:
        yield f"the booth got {victim.booth.status}, not a broken connection"
    if victim.row is not None or victim.calls:
        yield f"there is a row ({victim.row and victim.row.status}) and {victim.calls} calls"


def _booth_lost(victim: Victim) -> Iterator[str]:
    if victim.booth.status and not victim.booth.is_cut_short:
        yield f"the booth got {victim.booth.status}, not a broken connection"
    if victim.row is None:
        yield "the row is gone"
        return
    if victim.calls > 1:
        yield f"{victim.calls} calls"
    if victim.row.status not in {"done", "timeout"}:
        yield f"its job is {victim.row.status} ({victim.row.failure_reason})"
    if victim.has_time and victim.row.status != "done":
        yield "its job had the time to be done and is not"


def _paid_once(victim: Victim) -> Iterator[str]:
    if victim.calls > 1:
        yield f"{victim.calls} calls"
    if victim.has_time and victim.booth.status != 200:
        yield f"the booth got {victim.booth.status} {victim.booth.code} and had the time for a picture"
    if victim.booth.status not in {200, 504}:
        yield f"the booth got {victim.booth.status} {victim.booth.code}"


def _paid_twice_at_most(victim: Victim) -> Iterator[str]:
    if victim.calls > 2:
        yield f"{victim.calls} calls"
    if victim.has_time and victim.booth.status != 200:
        yield f"the booth got {victim.booth.status} {victim.booth.code} and had the time for a picture"
    if victim.booth.status not in {200, 504}:
        yield f"the booth got {victim.booth.status} {victim.booth.code}"


def _seen_without_reply(victim: Victim) -> Iterator[str]:
    if (victim.booth.status, victim.calls) != (200, 1):
        yield f"the booth got {victim.booth.status} {victim.booth.code} after {victim.calls} calls"
    elif victim.told_after > SEEN_SECONDS:
        yield f"the booth got its picture {victim.told_after:.1f} s after its job's end"


KILL_POINTS = (
    KillPoint("G1", "gateway.before_body", GATEWAY, _no_row),
    KillPoint("G2", "gateway.mid_body", GATEWAY, _no_row),
    KillPoint("G3", "gateway.after_source_put", GATEWAY, _no_row),
    KillPoint("G4", "gateway.after_row", GATEWAY, _booth_lost),
    KillPoint("G5", "gateway.after_publish", GATEWAY, _booth_lost),
    KillPoint("G6", "gateway.waiting", GATEWAY, _booth_lost, behaviour="slow=1.2"),
    KillPoint("G7", "gateway.before_answer", GATEWAY, _booth_lost),
    KillPoint("G8", "gateway.mid_answer", GATEWAY, _booth_lost),
    KillPoint("D1", "dispatcher.consumed", DISPATCHER, _paid_once),
    # the call outlives the dispatcher's start, and there is a second provider to call too early
    KillPoint("D2", "dispatcher.before_ack", DISPATCHER, _paid_once, behaviour="slow=3.5", has_fallback=True),
    KillPoint("D3", "dispatcher.after_attempt_row", DISPATCHER, _paid_once),
    KillPoint("P1", "provider.before_claim", PROVIDER, _paid_once),
    KillPoint("P2", "provider.before_call", PROVIDER, _paid_twice_at_most),
    KillPoint("P3", "provider.during_call", PROVIDER, _paid_twice_at_most, behaviour="slow=1.2"),
    KillPoint("P4", "provider.after_call", PROVIDER, _paid_twice_at_most),
    KillPoint("P5", "provider.after_put", PROVIDER, _paid_once),
    KillPoint("P6", "finalizer.after_row", PROVIDER, _seen_without_reply),
    KillPoint("P7", "provider.before_ack", PROVIDER, _seen_without_reply),
)
