"""What booths and guests were told, against the rows: I1 to I4, I9, I13."""

from collections.abc import Iterator
from datetime import timedelta

from tests.chaos.history import BoothLog, History, Row
from tests.chaos.violation import Check, Violation

TERMINAL = frozenset({"done", "failed", "timeout", "cancelled"})
#: A request may lose its connection only to a gateway that dies or is not there yet.
GATEWAY = "ingest-gateway"
RESTART_SECONDS = 20.0
#: A death is noted a little later than its connections break.
SEEN_DEAD_SECONDS = 0.5
#: What is refused for want of room is refused so fast at the 99th percentile.
REFUSED_SECONDS = 0.25
#: Booths, database and provider share the machine's clock; what a service stamps must agree with it.
CLOCK_SLACK = timedelta(seconds=2)
LINK_GRACE = timedelta(seconds=1)
#: The usual answer reserve, and what two clocks' readings of one moment differ by: no 504 leaves earlier.
EARLIEST_SECONDS = 0.5 + 0.05


def one_end(history: History) -> Iterator[Violation]:
    """I1: one terminal state, and nothing about it changes afterwards."""
    for row in history.rows:
        ends = [name for name, _ in row.events if name in TERMINAL]
        if len(ends) > 1 or (row.is_finalized and ends != [row.status]):
            yield Violation("I1", row.job_id, f"is {row.status}, its story tells the ends {ends}")
    latest = {row.job_id: row for row in history.rows}
    for first in history.first_rows:
        now = latest.get(first.job_id)
        if first.is_finalized and (now is None or now.identity != first.identity):
            yield Violation("I1", first.job_id, f"its end {first.identity} became {now and now.identity}")


def answers_follow_rows(history: History) -> Iterator[Violation]:
    """I2: 200 is done with the same bytes, 504 is never done."""
    for booth in history.booths:
        row = history.row_of(booth)
        if booth.status == 200 and not booth.is_cut_short:
            if row is None or row.status != "done":
                yield Violation("I2", booth.request_id, f"got 200, its row is {_status(row)}")
            elif booth.body_sha256 != row.result_sha256:
                yield Violation("I2", booth.request_id, f"got other bytes than the row {row.job_id} names")
        if booth.status == 504 and (row is None or row.status != "timeout"):
            yield Violation("I2", booth.request_id, f"got 504, its row is {_status(row)}")


def answers_in_time(history: History) -> Iterator[Violation]:
    """I3: the first byte by the window and the grace, no 504 before its time; none lost but by a gateway's death."""
    for booth in history.booths:
        latest = booth.window_seconds + history.grace_seconds
        if booth.status and booth.first_byte_after > latest:
            late = f"{booth.status} after {booth.first_byte_after:.2f} s, allowed {latest:g} s"
            yield Violation("I3", booth.request_id, late)
        if booth.status == 504 and booth.first_byte_after < booth.window_seconds - EARLIEST_SECONDS:
            early = f"504 after {booth.first_byte_after:.2f} s of {booth.window_seconds:g} s"
            yield Violation("I3", booth.request_id, early)
        if booth.status == 0 and booth.total_seconds > latest:
            yield Violation("I3", booth.request_id, f"no answer in {booth.total_seconds:.2f} s")
        elif (booth.status == 0 or booth.is_cut_short) and not _gateway_died(history, booth):
            yield Violation("I3", booth.request_id, "its connection broke, and no gateway was killed")


def links_hold(history: History) -> Iterator[Violation]:
    """I4: the same bytes until the end of a result's life, 410 from a second after it, the object gone in an hour."""
    rows = {row.job_id: row for row in history.rows}
    for link in history.links:
        row = rows[link.job_id]
        if row.expires_at is None:
            continue
        if link.at < row.expires_at and (link.status, link.sha256) != (200, row.result_sha256):
            yield Violation("I4", link.job_id, f"its link gave {link.status} with other bytes before its end")
        if link.at > row.expires_at + LINK_GRACE and link.status != 410:
            yield Violation("I4", link.job_id, f"its link gave {link.status} after its end")
    for row in history.rows:
        is_over = row.expires_at is not None and history.looked_at > row.expires_at + timedelta(hours=1)
        if is_over and any(each.bucket == "results" and each.is_of(row.job_id) for each in history.objects):
            yield Violation("I4", row.job_id, "its object is still there an hour after its end")


def refused_fast(history: History) -> Iterator[Violation]:
    """I9: at capacity 429 and 503 come fast; only where a run overloads on purpose."""
    refused = [booth for booth in history.booths if booth.status in {429, 503} and booth.job_id is None]
    if not history.is_overload:
        return
    if not refused:
        yield Violation("I9", "overload", "nothing was refused")
        return
    seconds = sorted(booth.first_byte_after for booth in refused)
    p99 = seconds[min(len(seconds) - 1, round(0.99 * len(seconds)))]
    if p99 > REFUSED_SECONDS:
        yield Violation("I9", "overload", f"p99 of {len(seconds)} refusals is {p99:.3f} s")


def clocks_agree(history: History) -> Iterator[Violation]:
    """I13: a row's times are the database's, whatever a service's clock says.

    A booth that got no end of its job may have a row that a database in trouble wrote late.
    """
    for booth in history.booths:
        row = history.row_of(booth)
        if row is None or booth.status not in {200, 502, 504}:
            continue
        received = booth.sent_at + timedelta(seconds=booth.total_seconds)
        if not booth.sent_at - CLOCK_SLACK <= row.created_at <= received + CLOCK_SLACK:
            yield Violation("I13", row.job_id, f"was created at {row.created_at}, posted at {booth.sent_at}")
        window = timedelta(seconds=booth.window_seconds)
        if not booth.sent_at - CLOCK_SLACK <= row.sync_deadline - window <= booth.sent_at + CLOCK_SLACK:
            yield Violation("I13", row.job_id, f"its deadline is {row.sync_deadline}, posted at {booth.sent_at}")
    for row in history.rows:
        if row.finalized_at and row.expires_at != row.finalized_at + timedelta(milliseconds=row.retention_ms):
            yield Violation("I13", row.job_id, f"ended at {row.finalized_at}, expires at {row.expires_at}")


def no_defects(history: History) -> Iterator[Violation]:
    """Whatever is broken, `internal` is said of a defect of ours alone."""
    for booth in history.booths:
        if booth.status == 500:
            row = history.row_of(booth)
            yield Violation("defect", booth.request_id, f"got 500: {row and row.failure_detail}")


def _gateway_died(history: History, booth: BoothLog) -> bool:
    """Whether it was killed meanwhile, or had ended some time ago and refused the connection.

    An orderly end breaks only what comes in the microseconds between the last accept and the listener's end.
    """
    came_at_its_end = booth.status == 0 and booth.total_seconds < REFUSED_SECONDS
    ends = (*history.deaths, *history.stops) if booth.was_refused or came_at_its_end else history.deaths
    earliest = booth.sent_at - timedelta(seconds=RESTART_SECONDS if booth.was_refused else SEEN_DEAD_SECONDS)
    latest = booth.sent_at + timedelta(seconds=booth.total_seconds) + CLOCK_SLACK
    return any(end.service == GATEWAY and earliest <= end.at <= latest for end in ends)


def _status(row: Row | None) -> str:
    return "not there" if row is None else row.status


ANSWER_CHECKS: tuple[Check, ...] = (
    one_end,
    answers_follow_rows,
    answers_in_time,
    links_hold,
    refused_fast,
    clocks_agree,
    no_defects,
)
