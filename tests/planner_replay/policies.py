"""How a photo's calls are made: as the product does, by its own decisions, and by a fixed rule."""

from collections.abc import Generator

from dispatcher.next_step import StartAttempt, next_step
from photochanger.domain.job import Attempt, AttemptOutcome
from photochanger.domain.latency_sketch import Measure
from photochanger.domain.window_planner import has_waited_too_long, retry_needs_ms
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.retry import pause_before_retry
from tests.planner_replay.world import (
    DISPATCH_SECONDS,
    FINISH_SECONDS,
    RECEIVE_SECONDS,
    RESERVE_SECONDS,
    WINDOW_SECONDS,
    Way,
    World,
)
from tests.read_rows import a_job, an_attempt

FIXED_TRIES = 3


def planned(world: World, photo: int) -> Way:
    """The dispatcher's and the worker's own decisions, one after the other."""
    deadline = world.now + WINDOW_SECONDS
    yield RECEIVE_SECONDS
    attempts: list[Attempt] = []
    while True:
        left_ms = round((deadline - world.now) * 1000)
        step = next_step(a_job(routes=world.trace.routes, attempts=attempts, left_ms=left_ms), world.book())
        if not isinstance(step, StartAttempt):
            return False
        if not attempts and step.chance is not None:
            world.predicted.append(step.chance)
        outcome = yield from _attempt(world, photo, step, deadline)
        if outcome is AttemptOutcome.DELIVERED:
            return world.now <= deadline
        attempts.append(an_attempt(step.route, outcome, n=len(attempts) + 1, index=step.index))


def _attempt(world: World, photo: int, step: StartAttempt, deadline: float) -> Generator[float, None, AttemptOutcome]:
    """What a provider's worker does with one attempt."""
    cut_at, route = deadline - max(step.cut_left_ms / 1000, RESERVE_SECONDS), step.route
    given_ms = round((cut_at - world.now) * 1000)
    yield DISPATCH_SECONDS
    world.note(route, Measure.WAIT, DISPATCH_SECONDS)
    if has_waited_too_long(world.book().of(route), given_ms=given_ms, left_ms=round((cut_at - world.now) * 1000)):
        return AttemptOutcome.NOT_STARTED
    calls = 0
    while True:
        calls += 1
        world.budget.note_call()
        end = world.call(route, photo, calls)
        if world.now + end.seconds > cut_at:
            world.note(route, Measure.CUT, cut_at - world.now)
            yield cut_at - world.now
            return AttemptOutcome.CUT
        yield end.seconds
        if end.has_picture:
            world.note(route, Measure.CALL, end.seconds)
            yield FINISH_SECONDS
            world.note(route, Measure.FINISH, FINISH_SECONDS)
            return AttemptOutcome.DELIVERED
        pause = pause_before_retry(
            ProviderFailure(FailureKind.OVERLOADED, ""),
            calls_made=calls,
            seconds_left=cut_at - world.now,
            uniform=world.uniform,
            needed_seconds=retry_needs_ms(world.book().of(route), cut_left_ms=step.cut_left_ms) / 1000,
        )
        if pause is None or not world.budget.take_retry():
            return AttemptOutcome.FAILED
        yield pause


def fixed_retries(world: World, photo: int) -> Way:
    """Three tries with a third of the window each; with a fallback the last one is the fallback's."""
    deadline = world.now + WINDOW_SECONDS
    yield RECEIVE_SECONDS
    share = (deadline - RESERVE_SECONDS - world.now) / FIXED_TRIES
    main, last = world.trace.routes[0], world.trace.routes[-1]
    for n, route in enumerate((main, main, last), start=1):
        yield DISPATCH_SECONDS
        end = world.call(route, photo, n if route is main else 1)
        if end.seconds > share - DISPATCH_SECONDS:
            yield share - DISPATCH_SECONDS
        else:
            yield end.seconds
            if end.has_picture:
                yield FINISH_SECONDS
                return world.now <= deadline
            yield world.uniform(0, 0.5)
    return False
