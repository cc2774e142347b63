from dataclasses import replace
from datetime import timedelta

import pytest

from tests.chaos.checker import told, violations
from tests.chaos.history import History, StoredObject
from tests.unit.chaos.histories import (
    A_BOOTH,
    A_CALL,
    A_LINK,
    A_PICTURE,
    A_ROW,
    GOOD,
    JOB,
    KEY,
    TIMED_OUT,
    after,
    killed,
    with_booth,
    with_row,
)

GATEWAY_DIED = (killed("ingest-gateway", 1),)
WORKER_DIED = (killed("provider-gemini", 1),)
A_SOURCE = StoredObject("sources", f"{JOB}/source", after(0.05))
ANOTHER_PICTURE = StoredObject("results", f"2026/01/01/{JOB}/2", after(3))
TIMED_OUT_ROW = with_row(**TIMED_OUT)


def test_a_good_photo_breaks_nothing() -> None:
    assert violations(GOOD) == []


BROKEN: dict[str, tuple[str, History]] = {
    "an end that changed": ("I1", replace(GOOD, first_rows=(replace(A_ROW, result_sha256="other"),))),
    "an ended row that is gone": ("I1", replace(GOOD, rows=(), booths=(), links=(), objects=(), calls=())),
    "two ends in one story": ("I1", with_row(events=(("timeout", after(1)), ("done", after(1.9))))),
    "200 and a timed-out row": ("I2", replace(TIMED_OUT_ROW, links=(), objects=())),
    "200 without a row": ("I2", replace(GOOD, rows=(), first_rows=(), links=(), objects=(), calls=())),
    "200 with other bytes": ("I2", with_booth(body_sha256="other")),
    "504 and a done row": ("I2", with_booth(status=504)),
    "an answer past the window": ("I3", with_booth(first_byte_after=10.6)),
    "a 504 before its window is over": ("I3", with_booth(TIMED_OUT_ROW, status=504, first_byte_after=9.4)),
    "no answer at all": ("I3", with_booth(status=0, job_id=None, total_seconds=22.0)),
    "a connection broken by nobody": ("I3", with_booth(status=0, job_id=None, total_seconds=1.0)),
    "a connection that an orderly end broke": (
        "I3",
        replace(with_booth(status=0, job_id=None, total_seconds=1.0), stops=GATEWAY_DIED),
    ),
    "a connection broken long after a gateway's death": (
        "I3",
        replace(with_booth(status=0, job_id=None, total_seconds=1.0), deaths=(killed("ingest-gateway", -2),)),
    ),
    "an answer cut short by nobody": ("I3", with_booth(is_cut_short=True)),
    "a link with other bytes": ("I4", replace(GOOD, links=(replace(A_LINK, sha256="other"),))),
    "a link that is gone too soon": ("I4", replace(GOOD, links=(replace(A_LINK, status=410, sha256=""),))),
    "a link past its time": ("I4", replace(GOOD, links=(replace(A_LINK, at=after(80 * 3600)),))),
    "an object past its time": ("I4", replace(GOOD, looked_at=after(80 * 3600))),
    "a source after 90 s": ("I5", replace(GOOD, looked_at=after(100), objects=(A_PICTURE, A_SOURCE))),
    "a source of no job": (
        "I5",
        replace(GOOD, looked_at=after(200), objects=(A_PICTURE, replace(A_SOURCE, key="x/source"))),
    ),
    "an inline picture left": ("I5", replace(with_row(has_inline=True), looked_at=after(100))),
    "a job that does not end": ("I6", replace(with_row(is_finalized=False, status="processing"), looked_at=after(41))),
    "a job that ended too late": (
        "I6",
        with_row(**(TIMED_OUT | {"finalized_at": after(41), "expires_at": after(41 + 72 * 3600)})),
    ),
    "a job that a booth was told of and that is nowhere": (
        "I6",
        replace(with_booth(status=503, code="internal"), rows=(), first_rows=(), links=(), calls=()),
    ),
    "a message left over": ("I6", replace(GOOD, queued_messages={"provider.gemini.v1": 1})),
    "a photo paid twice": ("I7", replace(GOOD, calls=(A_CALL, A_CALL))),
    "a call its row does not know of": (
        "I7",
        replace(GOOD, calls=(A_CALL, A_CALL), deaths=WORKER_DIED),
    ),
    "a call after the deadline": ("I7", replace(TIMED_OUT_ROW, calls=(replace(A_CALL, received_at=after(10.1)),))),
    "a call that goes on after the deadline": (
        "I7",
        replace(TIMED_OUT_ROW, calls=(replace(A_CALL, duration_seconds=11.2),)),
    ),
    "a call that never ends": ("I7", replace(TIMED_OUT_ROW, calls=(replace(A_CALL, duration_seconds=None),))),
    "a call for nobody": ("I7", replace(GOOD, calls=(A_CALL, replace(A_CALL, slot_id="stranger")))),
    "a late answer's picture": ("I8", replace(GOOD, objects=(A_PICTURE, ANOTHER_PICTURE))),
    "a picture that is delivered past the deadline": ("I8", with_row(finalized_at=after(10.02))),
    "a promised picture that is not there": (
        "I8",
        replace(GOOD, objects=()),
    ),
    "a picture of nobody": ("I8", replace(GOOD, objects=(A_PICTURE, replace(A_PICTURE, key="2026/01/01/x/1")))),
    "a slow refusal at capacity": (
        "I9",
        replace(with_booth(status=429, job_id=None, first_byte_after=0.4), is_overload=True),
    ),
    "an overload that is let in whole": ("I9", replace(GOOD, is_overload=True)),
    "two delivered attempts": (
        "I11",
        with_row(attempts=(("gemini", 1, "delivered"), ("gemini", 1, "delivered"))),
    ),
    "one request, two jobs": ("I11", replace(GOOD, rows=(A_ROW, replace(A_ROW, job_id=JOB.replace("1", "9"))))),
    "a call before its attempt": ("I12", replace(GOOD, calls=(replace(A_CALL, received_at=after(-2)),))),
    "done before the answer": ("I12", replace(GOOD, calls=(replace(A_CALL, duration_seconds=5.0),))),
    "done before the picture": ("I12", replace(GOOD, objects=(replace(A_PICTURE, modified_at=after(4)),))),
    "a row created in another time": ("I13", with_row(created_at=after(-300))),
    "a deadline by a wrong clock": ("I13", with_row(sync_deadline=after(310))),
    "a defect": ("defect", with_booth(status=500)),
    "an expiry by a wrong clock": ("I13", with_row(expires_at=after(300 + 72 * 3600))),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_promise_is_seen(name: str) -> None:
    invariant, history = BROKEN[name]

    assert invariant in {violation.invariant for violation in violations(history)}


def test_every_invariant_is_seen_broken_once() -> None:
    assert {invariant for invariant, _ in BROKEN.values()} == {
        *(f"I{number}" for number in range(1, 10)),
        *("I11", "I12", "I13", "defect"),
    }


FORGIVEN: dict[str, History] = {
    "a connection broken by a gateway's death": replace(
        with_booth(status=0, job_id=None, total_seconds=1.0), deaths=GATEWAY_DIED
    ),
    "a connection refused by a gateway that starts again": replace(
        with_booth(status=0, job_id=None, total_seconds=0.4, was_refused=True), stops=(killed("ingest-gateway", -15),)
    ),
    "an answer cut short by a gateway's death": replace(with_booth(is_cut_short=True), deaths=GATEWAY_DIED),
    "an answer late within the grace of a fault": replace(with_booth(first_byte_after=11.9), grace_seconds=2.0),
    "a second call after a worker's death": replace(
        with_row(attempts=(("gemini", 1, "lost"), ("gemini", 1, "delivered"))),
        calls=(A_CALL, A_CALL),
        deaths=WORKER_DIED,
    ),
    "retries of a failing provider": replace(
        with_row(attempts=(("gemini", 3, "delivered"),)), calls=(A_CALL, A_CALL, A_CALL), retried_calls=True
    ),
    "a worker that died after its picture": replace(GOOD, objects=(A_PICTURE, ANOTHER_PICTURE), deaths=WORKER_DIED),
    "a preview beside its picture": replace(
        GOOD, objects=(A_PICTURE, replace(A_PICTURE, key=f"{KEY}.512", modified_at=after(9)))
    ),
    "a timeout that says 504": replace(
        with_booth(TIMED_OUT_ROW, status=504, first_byte_after=9.5), links=(), objects=()
    ),
    "a source a moment after the end": replace(GOOD, objects=(A_PICTURE, A_SOURCE)),
    "a job that may still run": replace(
        with_row(is_finalized=False, status="processing", finalized_at=None, expires_at=None, events=(), attempts=()),
        booths=(),
        links=(),
        objects=(),
        calls=(),
    ),
    "a link that is gone after its time": replace(
        GOOD,
        links=(replace(A_LINK, at=after(1.9 + 72 * 3600) + timedelta(seconds=2), status=410, sha256=""),),
    ),
}


@pytest.mark.parametrize("name", FORGIVEN)
def test_what_a_fault_may_cost_is_no_violation(name: str) -> None:
    assert violations(FORGIVEN[name]) == []


def test_a_violation_is_told_with_its_seed_and_how_to_see_it_again() -> None:
    [line] = told(violations(with_booth(body_sha256="other")), "P5", 7)

    assert line.startswith("VIOLATED I2  photo-1: got other bytes")
    assert "seed 7" in line
    assert "make chaos CASES=P5 SEED=7 SEEDS=1" in line


def test_the_booth_of_the_good_photo_is_the_one_that_is_judged() -> None:
    assert GOOD.row_of(A_BOOTH) is A_ROW
    assert GOOD.calls_of(A_ROW) == [A_CALL]
