"""What was played, one line of JSON a case, so that a table can be made of runs in pieces."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.layout import read_layout
from tests.chaos.run import Played


@dataclass(frozen=True)
class Result:
    """One case with one seed. `latest_seconds` is the latest first byte, counted from its window's end."""

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


def result_of(played: Played) -> Result:
    history = played.history
    late = [booth.first_byte_after - booth.window_seconds for booth in history.booths if booth.status]
    return Result(
        case=played.case,
        seed=played.seed,
        ended_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        seconds=round(played.seconds, 1),
        requests=len(history.booths),
        jobs=len(history.rows),
        done=sum(row.status == "done" for row in history.rows),
        calls=len(history.calls),
        latest_seconds=round(max(late), 3) if late else None,
        violations=tuple(map(str, played.found)),
    )


def results_file() -> Path:
    return read_layout(os.environ).home / "chaos" / "results.jsonl"


def append(file: Path, results: Iterable[Result]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as out:
        out.writelines(json.dumps(asdict(result)) + "\n" for result in results)


def read(file: Path) -> list[Result]:
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    return [Result(**{**line, "violations": tuple(line["violations"])}) for line in lines]
