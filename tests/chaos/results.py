"""What was played, one line of JSON a case, so that a table can be made of runs in pieces."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.layout import read_layout
from tests.chaos.history import History
from tests.chaos.run import Played
from tests.chaos.work_checks import PROVIDER


@dataclass(frozen=True)
class Result:
    """One case with one seed. Seconds of answers count from the window's end, negative before it.

    `kills` are those of workers; `latest_end_seconds` is the latest end of a job, counted from its deadline.
    """

    case: str
    seed: int
    ended_at: str
    seconds: float
    requests: int
    jobs: int
    done: int
    calls: int
    latest_seconds: float | None
    violations: tuple[str, ...]
    kills: int = 0
    latest_end_seconds: float | None = None
    #: HTTP status and seconds of each answer's first byte
    answers: tuple[tuple[int, float], ...] = ()


def result_of(played: Played) -> Result:
    history = played.history
    answers = tuple(
        (booth.status, round(booth.first_byte_after - booth.window_seconds, 3))
        for booth in history.booths
        if booth.status
    )
    ends = [row.finalized_at - row.sync_deadline for row in history.rows if row.finalized_at is not None]
    return Result(
        case=played.case,
        seed=played.seed,
        ended_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        seconds=round(played.seconds, 1),
        requests=len(history.booths),
        jobs=len(history.rows),
        done=sum(row.status == "done" for row in history.rows),
        calls=len(history.calls),
        latest_seconds=max((late for _, late in answers), default=None),
        violations=tuple(map(str, played.found)),
        kills=_kills_of_workers(history),
        latest_end_seconds=round(max(ends).total_seconds(), 3) if ends else None,
        answers=answers,
    )


def _kills_of_workers(history: History) -> int:
    """Count those while the case's photos were under way."""
    if not history.booths:
        return 0
    began = min(booth.sent_at for booth in history.booths)
    workers = (death for death in history.deaths if death.service.startswith(PROVIDER))
    return sum(began <= death.at <= history.looked_at for death in workers)


def results_file() -> Path:
    return read_layout(os.environ).home / "chaos" / "results.jsonl"


def append(file: Path, results: Iterable[Result]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as out:
        out.writelines(json.dumps(asdict(result)) + "\n" for result in results)


def read(file: Path) -> list[Result]:
    """Give what was played so far; nothing when there is no file."""
    lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    return [
        Result(
            **{
                **line,
                "violations": tuple(line["violations"]),
                "answers": tuple((status, late) for status, late in line.get("answers", ())),
            }
        )
        for line in lines
    ]
