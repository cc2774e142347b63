"""What was answered to each request, and what must hold of all the answers together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from photochanger.domain.user import Role

#: These change nothing that somebody has set up, so nothing is recorded of them.
WITHOUT_RECORD = frozenset(
    {
        # a photo, or a question to a provider
        "POST /api/v1/test-runs",
        "POST /api/v1/test-runs/{id}/retry",
        "POST /api/v1/preflight",
        "POST /api/v1/providers/{name}/key/test",
        # reads, with the ids in a body
        "POST /api/v1/results/zip",
        # who comes and goes is told by the log and the list of sessions
        "POST /api/v1/session",
        "DELETE /api/v1/session",
        # ends nothing: everybody here has one session
        "DELETE /api/v1/sessions",
    }
)
#: By force it also takes the picture out of slots, each with a record of its own.
WITH_MORE = "DELETE /api/v1/template-media/{id}"
#: A busy machine may refuse this share of the requests for the moment.
PASSING_SHARE = 0.01


class Answer(BaseModel):
    """`login` None: nobody known asked. `needs` is the operation's role, `due` how many records there must be."""

    login: str | None
    operation: str
    needs: Role | None
    status: int
    due: int


class Record(BaseModel):
    """What the audit has of a change."""

    actor: str
    outcome: str


def records_due(operation: str, status: int, told: Any) -> int:
    """Say how many records an answer needs: one a change; `told` is its JSON."""
    if operation.startswith("GET ") or not 200 <= status < 300 or operation in WITHOUT_RECORD:
        return 0
    match operation:
        case "POST /api/v1/slot-import":
            changes = [*told["slots"], *told["pictures"]] if told["is_done"] else []
            return sum(one["action"] in {"create", "change", "upload"} for one in changes)
        case "POST /api/v1/restore" | "POST /api/v1/janitor/runs":
            return 0 if told["is_dry_run"] else 1
        case "POST /api/v1/dead-letters/replay":
            return 1 if told["counts"].get("replayed") and not told["dry_run"] else 0
        case "POST /api/v1/dead-letters/discard":
            return 1 if told["discarded"] else 0
    return 1


def faults(answers: Sequence[Answer], records: Iterable[Record], role: Role | None) -> list[str]:
    """Say what does not hold of what somebody with this role was answered; None: a stranger."""
    return [*_wrongly_closed(answers, role), *_too_busy(answers), *_wrongly_recorded(answers, records)]


def _wrongly_closed(answers: Sequence[Answer], role: Role | None) -> Iterator[str]:
    statuses: dict[str, set[int]] = defaultdict(set)
    needs = {answer.operation: answer.needs for answer in answers}
    for answer in answers:
        statuses[answer.operation].add(answer.status)
    for operation, needed in needs.items():
        may = needed is None or (role is not None and role.includes(needed))
        told = statuses[operation]
        is_wrong = told <= {401, 403} if may else min(told) < 300
        if is_wrong:
            yield f"{operation} is for {needed or 'everybody'}, and answered {sorted(told)}"


def _too_busy(answers: Sequence[Answer]) -> Iterator[str]:
    """A 503 that lasts is found for itself; so many that pass are more than a busy machine."""
    refused = Counter(answer.operation for answer in answers if answer.status == 503)
    if refused.total() > PASSING_SHARE * len(answers):
        yield f"of {len(answers)} answers {refused.total()} were 503: {dict(refused)}"


def _wrongly_recorded(answers: Sequence[Answer], records: Iterable[Record]) -> Iterator[str]:
    asked: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        if answer.login is not None:
            asked[answer.login].append(answer)
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[record.actor].append(record)
    for login in {*asked, *found}:
        due = sum(answer.due for answer in asked[login])
        there = len(found[login])
        if any(answer.status >= 500 for answer in asked[login]):
            # whether that change was made is not known, and its record says so
            there -= sum(record.outcome == "unknown" for record in found[login])
        is_right = there >= due if any(answer.operation == WITH_MORE for answer in asked[login]) else there == due
        if not is_right:
            told = ", ".join(f"{answer.operation} {answer.status}" for answer in asked[login])
            yield f"{login} asked {told}: {due} records are due, {there} are there"
