"""Fetches several parts at once, each as soon as what it needs is there."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from deploy.local.commands import CommandRunner
from deploy.local.errors import InterruptedStackError, StackError
from deploy.local.progress import Progress


@dataclass(frozen=True)
class Fetch:
    """One part: `is_there` is cheap and false for anything half-finished; `run` may be repeated."""

    name: str
    doing: str
    is_there: Callable[[], bool]
    run: Callable[["FetchTools"], None]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class FetchTools:
    """What a part's `run` works with."""

    name: str
    runner: CommandRunner
    progress: Progress
    cancelled: threading.Event

    def tell(self, doing: str) -> None:
        self.progress.change(self.name, doing)


def missing(fetches: Sequence[Fetch]) -> list[Fetch]:
    return [fetch for fetch in fetches if not fetch.is_there()]


def fetch_all(wanted: Sequence[Fetch], logs: Path, progress: Progress, cancelled: threading.Event) -> None:
    """Run all parts in parallel; `needs` that are not wanted count as there already.

    Raises:
        StackError: the first part that failed; the others were ended.
        InterruptedStackError: cancelled.
    """
    logs.mkdir(parents=True, exist_ok=True)
    futures: dict[str, Future[None]] = {}
    with ThreadPoolExecutor(max_workers=max(len(wanted), 1)) as pool:
        for fetch in _needed_first(wanted):
            before = {need: futures[need] for need in fetch.needs if need in futures}
            runner = CommandRunner(fetch.name, logs / f"fetch-{fetch.name}.log", cancelled)
            tools = FetchTools(fetch.name, runner, progress, cancelled)
            futures[fetch.name] = pool.submit(_fetch_one, fetch, before, tools)
        try:
            wait(futures.values(), return_when=FIRST_EXCEPTION)
        finally:
            if any(not future.done() for future in futures.values()):
                cancelled.set()
            wait(futures.values(), return_when=ALL_COMPLETED)
    errors = [error for future in futures.values() if (error := future.exception())]
    for error in sorted(errors, key=lambda error: isinstance(error, InterruptedStackError)):
        raise error


def _fetch_one(fetch: Fetch, before: dict[str, Future[None]], tools: FetchTools) -> None:
    if waits := [need for need, future in before.items() if not future.done()]:
        tools.progress.begin(fetch.name, f"waits for {', '.join(waits)}")
    for future in before.values():
        if future.exception() is not None:
            raise InterruptedStackError
    if tools.cancelled.is_set():
        raise InterruptedStackError
    if waits:
        tools.tell(fetch.doing)
    else:
        tools.progress.begin(fetch.name, fetch.doing)
    fetch.run(tools)
    if not fetch.is_there():
        raise StackError(f"{fetch.name}: fetched, but still not usable")
    tools.progress.end(fetch.name, "is there")


def _needed_first(wanted: Sequence[Fetch]) -> list[Fetch]:
    """The same parts, each after those it needs."""
    names, ordered, left = {fetch.name for fetch in wanted}, list[Fetch](), list(wanted)
    while left:
        placed = {fetch.name for fetch in ordered}
        free = [fetch for fetch in left if not (set(fetch.needs) & names) - placed]
        if not free:
            raise ValueError(f"parts need each other: {[fetch.name for fetch in left]}")
        ordered += free
        left = [fetch for fetch in left if fetch not in free]
    return ordered
