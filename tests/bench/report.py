"""The bench's tables in Markdown, as `docs/performance.md` holds them."""

import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from tests.bench.figures import COMPARED, Figures, Rounds, Spread, compare
from tests.bench.waiting import Waiting

_INTRODUCTION = """\
# What a photo costs

Written by `make bench`; do not edit. Booths in a closed loop post real photographs to the stack of `make run` (its
own, on ports and data of its own); the sandbox answers with one prebuilt picture of 1 MB after 500 ms. Beside it, in
turn, runs a *bare pipeline* (`tests/bench/bare`) on the same servers: the durable steps of a photo and nothing else,
no checks, limits, logs or retries. Everything, booths and sandbox too, shares the machine. Overhead is the answer's
time less the provider's 500 ms; CPU is that of all processes of the pipeline and of RabbitMQ, MongoDB and MinIO; a
ratio is product / bare within a round. Given is the median of the rounds, in brackets the lowest and the highest.
"""


def machine_line() -> str:
    """Name processor, cores, memory and kernel."""
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    model = names[0].partition(":")[2].strip() if names else platform.machine()
    memory = psutil.virtual_memory().total / 2**30
    system = f"Linux {platform.release()}, Python {platform.python_version()}"
    return f"{psutil.cpu_count()} x {model}, {memory:.0f} GiB, {system}"


def tables(rounds: Rounds, waiting: Waiting) -> str:
    """Give all tables and the sentence about waiting requests."""
    parts = ["\n".join(_comparison(rounds))]
    for title, kind, digits in (("CPU ms per photo", "cpu", 1), ("Peak resident MiB", "peak", 0)):
        parts.append(f"## {title}, by process\n\n" + "\n".join(_by_process(rounds, kind=kind, digits=digits)))
    mib = 2**20
    parts.append(
        f"## Waiting requests\n\n{waiting.booths:,} booths waiting together: the gateway has "
        f"{waiting.resident_bytes / mib:.0f} MiB ({waiting.before_bytes / mib:.0f} MiB before they came)."
    )
    return "\n\n".join(parts) + "\n"


def document(rounds: Rounds, waiting: Waiting, *, command: str) -> str:
    """Give the whole page."""
    head = f"{_INTRODUCTION}\nMachine: {machine_line()}.\nCommand: `{command}`.\n"
    return f"{head}\n## Against the bare pipeline\n\n{tables(rounds, waiting)}"


def _comparison(rounds: Rounds) -> Iterator[str]:
    yield "| Photo | In flight | Figure | Bare | Product | Ratio |"
    yield "|---|---|---|---|---|---|"
    for cell, systems in rounds.items():
        for name, compared in compare(systems["bare"], systems["product"]).items():
            digits = COMPARED[name][1]
            values = (compared.bare.shown(digits), compared.product.shown(digits), compared.ratio.shown(2))
            yield f"| {cell.photo} | {cell.in_flight} | {name} | {' | '.join(values)} |"


def _by_process(rounds: Rounds, *, kind: str, digits: int) -> Iterator[str]:
    columns = [(cell, name) for cell, systems in rounds.items() for name in systems]
    names = sorted({name for cell, system in columns for name in _values(rounds[cell][system][0], kind)})
    yield "| Process | " + " | ".join(f"{cell} {system}" for cell, system in columns) + " |"
    yield "|---|" + "---|" * len(columns)
    for name in names:
        shown = [_median(rounds[cell][system], kind, name, digits=digits) for cell, system in columns]
        yield f"| {name} | {' | '.join(shown)} |"


def _values(figures: Figures, kind: str) -> dict[str, float]:
    return dict(figures.cpu_ms_by_process if kind == "cpu" else figures.peak_mib_by_process)


def _median(figures: Sequence[Figures], kind: str, name: str, *, digits: int) -> str:
    values = [_values(one, kind)[name] for one in figures if name in _values(one, kind)]
    return f"{Spread.of(values).median:.{digits}f}" if values else "-"
