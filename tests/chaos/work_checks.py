"""What was done and paid for, and what is left: I5 to I8, I11, I12."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from tests.chaos.history import History, ProviderCall, Row, StoredObject
from tests.chaos.violation import Check, Violation

#: After any crash; a source without a row is given the janitor's minute besides, as the row may still come.
CLEAN_SECONDS, ROWLESS_SECONDS = 90, 120
INLINE_SECONDS = 90
TERMINAL_SECONDS = 30
PROVIDER = "provider-"
#: Nobody can stop what was submitted there; a job that is not asked for again never gets an end in the log.
SUBMITTED_TO = frozenset({"turbotext"})
#: The job's end stops its call within 1 s; the rest is a busy machine's.
STOPPED_SECONDS = 1.5
#: Without a picture a provider is asked up to so often (5 only for an answer without one).
MAX_CALLS = 3
#: The store counts whole seconds; the sandbox stamps a call after it has read its head.
STAMP_SLACK = timedelta(seconds=1)
WORK_QUEUES = ("dispatcher.submissions.v1", "dispatcher.outcomes.v1", "provider.gemini.v1", "provider.turbotext.v1")


def nothing_left_behind(history: History) -> Iterator[Violation]:
    """I5: no source of an ended job after 90 s, no inline picture after the answer."""
    rows = {row.job_id: row for row in history.rows}
    for each in history.objects:
        if each.bucket != "sources":
            continue
        row = rows.get(each.key.split("/")[0])
        if row is None:
            if _age(history, each) > ROWLESS_SECONDS:
                yield Violation("I5", each.key, "is the photo of no job and still there")
        elif row.finalized_at is not None and _seconds_since_end(history, row) > CLEAN_SECONDS:
            yield Violation("I5", each.key, f"is there {_seconds_since_end(history, row):.0f} s after its job's end")
    for row in history.rows:
        if row.has_inline and row.is_finalized and _seconds_since_end(history, row) > INLINE_SECONDS:
            yield Violation("I5", row.job_id, "still holds its inline picture")


def everything_ends(history: History) -> Iterator[Violation]:
    """I6: every accepted job is terminal by its deadline and 30 s, and no message is left of it."""
    for row in history.rows:
        latest = row.sync_deadline + timedelta(seconds=TERMINAL_SECONDS)
        ended = row.finalized_at if row.is_finalized else None
        if (ended is None and history.looked_at > latest) or (ended is not None and ended > latest):
            when = "not ended" if ended is None else f"ended at {ended}"
            yield Violation("I6", row.job_id, f"{when}, deadline {row.sync_deadline}")
    for booth in history.booths:
        if booth.job_id is not None and history.row_of(booth) is None and booth.code != "outcome_unknown":
            yield Violation("I6", booth.request_id, f"was told job {booth.job_id}, which has no row")
    if history.is_settled:
        for queue in WORK_QUEUES:
            if count := history.queued_messages.get(queue, 0):
                yield Violation("I6", queue, f"{count} messages are left after every job ended")


def paid_once(history: History) -> Iterator[Violation]:
    """I7: one call, one more for each kill of a provider service; none begins after the deadline."""
    for row in history.rows:
        calls = history.calls_of(row)
        kills = history.deaths_during(row, PROVIDER)
        routes = max(1, len({provider for provider, _, _ in row.attempts}))
        allowed = (MAX_CALLS if history.retried_calls else 1) * routes + kills
        if len(calls) > allowed:
            yield Violation("I7", row.job_id, f"{len(calls)} calls, allowed {allowed} ({kills} kills)")
        noted = sum(count for _, count, _ in row.attempts)
        if len(calls) > noted:
            yield Violation("I7", row.job_id, f"{len(calls)} calls, its attempts know of {noted}")
        for call in calls:
            if call.received_at > row.sync_deadline:
                yield Violation("I7", row.job_id, f"a call began at {call.received_at}, after its deadline")
            if call.duration_seconds is None and call.provider in SUBMITTED_TO:
                continue
            went_on_until = history.looked_at if call.duration_seconds is None else _answered_at(call)
            if went_on_until > row.sync_deadline + timedelta(seconds=STOPPED_SECONDS):
                yield Violation("I7", row.job_id, f"a call went on until {went_on_until}, after its deadline")
    known = {row.slot_id for row in history.rows}
    for call in history.calls:
        if call.slot_id not in known:
            yield Violation("I7", call.slot_id, "a call for a photo without a row")


def late_answers_leave_nothing(history: History) -> Iterator[Violation]:
    """I8: the results bucket holds what rows name; more only of jobs whose worker or store was killed."""
    if not history.is_settled:
        return
    rows = {row.job_id: row for row in history.rows}
    for each in history.objects:
        if each.bucket != "results":
            continue
        row = next((rows[part] for part in each.key.split("/") if part in rows), None)
        if row is None:
            yield Violation("I8", each.key, "lies there for no job")
            continue
        if each.key == row.result_key or each.key.startswith(f"{row.result_key}."):
            continue
        if not history.deaths_during(row, PROVIDER) + history.deaths_during(row, "minio") and not _lost(row):
            yield Violation("I8", each.key, f"lies there, its job is {row.status} with {row.result_key}")


def nothing_is_done_late(history: History) -> Iterator[Violation]:
    """I8: a job is done before its deadline, by the one clock that wrote both."""
    for row in history.rows:
        if row.status == "done" and row.finalized_at is not None and row.finalized_at > row.sync_deadline:
            yield Violation("I8", row.job_id, f"was done at {row.finalized_at}, its deadline was {row.sync_deadline}")


def promised_pictures_exist(history: History) -> Iterator[Violation]:
    """I8: and every done job's picture lies there until its time is over."""
    keys = {each.key for each in history.objects if each.bucket == "results"}
    for row in history.rows:
        is_living = row.expires_at is not None and row.expires_at > history.looked_at
        if history.is_settled and row.status == "done" and is_living and row.result_key not in keys:
            yield Violation("I8", row.job_id, f"is done, and {row.result_key} does not exist")


def copies_change_nothing(history: History) -> Iterator[Violation]:
    """I11: a job has one delivered attempt when it is done, none otherwise."""
    for row in history.rows:
        delivered = [provider for provider, _, outcome in row.attempts if outcome == "delivered"]
        if len(delivered) != (row.status == "done"):
            yield Violation("I11", row.job_id, f"is {row.status} with {len(delivered)} delivered attempts")
    for request_id in {row.request_id for row in history.rows}:
        same = [row.job_id for row in history.rows if row.request_id == request_id]
        if request_id and len(same) > 1:
            yield Violation("I11", request_id, f"one request became the jobs {same}")


def one_attempt_at_a_time(history: History) -> Iterator[Violation]:
    """I11: an attempt is sent out when the one before it has ended."""
    for row in history.rows:
        for (_, ended), (began, _) in pairwise(row.attempt_times):
            if ended is None or began < ended:
                yield Violation("I11", row.job_id, f"an attempt began at {began}, the one before it ended at {ended}")


def steps_in_order(history: History) -> Iterator[Violation]:
    """I12: row, attempt, call, picture, done, in this order."""
    stored = {each.key: each for each in history.objects if each.bucket == "results"}
    for row in history.rows:
        calls = history.calls_of(row)
        for call in calls:
            if row.first_dispatch_at is None or call.received_at < row.first_dispatch_at - STAMP_SLACK:
                yield Violation("I12", row.job_id, "was called before its attempt was written")
        if row.status != "done" or row.finalized_at is None:
            continue
        if not any(_answered_at(call) <= row.finalized_at + STAMP_SLACK for call in calls):
            yield Violation("I12", row.job_id, "was done before the provider had answered")
        picture = stored.get(row.result_key or "")
        if picture is not None and picture.modified_at > row.finalized_at + STAMP_SLACK:
            yield Violation("I12", row.job_id, f"was done at {row.finalized_at}, its picture came later")


def _answered_at(call: ProviderCall) -> datetime:
    return call.received_at + timedelta(seconds=call.duration_seconds or 0.0)


def _lost(row: Row) -> bool:
    """An attempt that a dead process left: its picture, if any, is the janitor's after 15 minutes."""
    return any(outcome in {None, "lost"} for _, _, outcome in row.attempts)


def _age(history: History, each: StoredObject) -> float:
    return (history.looked_at - each.modified_at).total_seconds()


def _seconds_since_end(history: History, row: Row) -> float:
    return 0.0 if row.finalized_at is None else (history.looked_at - row.finalized_at).total_seconds()


WORK_CHECKS: tuple[Check, ...] = (
    nothing_left_behind,
    everything_ends,
    paid_once,
    late_answers_leave_nothing,
    nothing_is_done_late,
    promised_pictures_exist,
    copies_change_nothing,
    one_attempt_at_a_time,
    steps_in_order,
)
