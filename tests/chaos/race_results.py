"""How near the races were: each end's distance to its deadline, one line of JSON a turn, and their table."""

import itertools
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.chaos.history import History, Row
from tests.chaos.results import results_file

#: Upper ends of the histogram's columns, milliseconds after the deadline.
EDGES_MS = (-500, -400, -300, -200, -100, -50, -20, 0, 20, 50, 100)
SHARES = (0.5, 0.99, 0.999)


@dataclass(frozen=True)
class RaceTurn:
    """Milliseconds after the deadline, by the database's clock, of the rows' ends; after the window, of first bytes.

    `late`: pictures that were made and came too late. `others`: requests that ended neither way.
    """

    track: str
    seed: int
    done_ms: tuple[int, ...]
    timeout_ms: tuple[int, ...]
    first_byte_ms: tuple[int, ...]
    late: int
    others: int

    @property
    def count(self) -> int:
        return len(self.done_ms) + len(self.timeout_ms) + self.others


def race_of(track: str, seed: int, history: History) -> RaceTurn:
    ends = {status: [row for row in history.rows if row.status == status] for status in ("done", "timeout")}
    told = [booth for booth in history.booths if booth.status == 504]
    return RaceTurn(
        track,
        seed,
        done_ms=tuple(map(_after_deadline_ms, ends["done"])),
        timeout_ms=tuple(map(_after_deadline_ms, ends["timeout"])),
        first_byte_ms=tuple(round((booth.first_byte_after - booth.window_seconds) * 1000) for booth in told),
        late=sum("late" in {outcome for _, _, outcome in row.attempts} for row in ends["timeout"]),
        others=len(history.booths) - len(ends["done"]) - len(ends["timeout"]),
    )


def _after_deadline_ms(row: Row) -> int:
    assert row.finalized_at is not None, f"{row.job_id} is {row.status} without an end"
    return round((row.finalized_at - row.sync_deadline).total_seconds() * 1000)


def races_file() -> Path:
    return results_file().with_name("races.jsonl")


def append_race(turn: RaceTurn) -> None:
    file = races_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as out:
        out.write(json.dumps(asdict(turn)) + "\n")


def read_races(file: Path) -> list[RaceTurn]:
    if not file.exists():
        return []
    lists = ("done_ms", "timeout_ms", "first_byte_ms")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    return [RaceTurn(**line | {name: tuple(line[name]) for name in lists}) for line in lines]


def race_tables(turns: Sequence[RaceTurn]) -> Iterator[str]:
    """Give how many ended which way, how near to the deadline, and when the timeouts' first bytes came."""
    tracks = sorted({turn.track for turn in turns})
    yield "| Races at | turns | photos | `done` | `timeout` | made too late | neither |"
    yield "|---|---|---|---|---|---|---|"
    for track in tracks:
        yield _counts(track, [turn for turn in turns if turn.track == track])
    yield ""
    yield f"| Rows' ends, ms after the deadline | {' | '.join(_columns())} |"
    yield "|---|" + "---|" * len(_columns())
    for track in tracks:
        of_track = [turn for turn in turns if turn.track == track]
        yield f"| {track}: `done` | {_histogram(each for turn in of_track for each in turn.done_ms)} |"
        yield f"| {track}: `timeout` | {_histogram(each for turn in of_track for each in turn.timeout_ms)} |"
    yield ""
    yield "| First byte of a 504, s after its window | answers | p50 | p99 | p99.9 | latest |"
    yield "|---|---|---|---|---|---|"
    for track in tracks:
        yield _first_bytes(track, sorted(each for turn in turns if turn.track == track for each in turn.first_byte_ms))


def _counts(track: str, turns: Sequence[RaceTurn]) -> str:
    sums = [
        *(sum(turn.count for turn in turns), sum(len(turn.done_ms) for turn in turns)),
        *(sum(len(turn.timeout_ms) for turn in turns), sum(turn.late for turn in turns)),
        sum(turn.others for turn in turns),
    ]
    return f"| {track} | {len(turns)} | {' | '.join(f'{each:,}' for each in sums)} |"


def _columns() -> list[str]:
    between = [f"{low} to {high}" for low, high in itertools.pairwise(EDGES_MS)]
    return [f"before {EDGES_MS[0]}", *between, f"from {EDGES_MS[-1]}"]


def _histogram(milliseconds: Iterable[int]) -> str:
    counts = [0] * (len(EDGES_MS) + 1)
    for each in milliseconds:
        counts[sum(each >= edge for edge in EDGES_MS)] += 1
    return " | ".join(map(str, counts))


def _first_bytes(track: str, ordered: Sequence[int]) -> str:
    if not ordered:
        return f"| {track} | 0 | | | | |"
    ranks = [ordered[max(0, math.ceil(share * len(ordered)) - 1)] for share in SHARES]
    return f"| {track} | {len(ordered)} | {' | '.join(f'{each / 1000:+.3f}' for each in (*ranks, ordered[-1]))} |"
