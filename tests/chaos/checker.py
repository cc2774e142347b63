"""Joins a history and gives every broken promise, with the command that plays it again."""

from collections.abc import Iterable

from tests.chaos.answer_checks import ANSWER_CHECKS
from tests.chaos.history import History
from tests.chaos.violation import Violation
from tests.chaos.work_checks import WORK_CHECKS


def violations(history: History) -> list[Violation]:
    return [violation for check in (*ANSWER_CHECKS, *WORK_CHECKS) for violation in check(history)]


def replay_command(case: str, seed: int) -> str:
    return f"make chaos CASES={case} SEED={seed} SEEDS=1"


def told(found: Iterable[Violation], case: str, seed: int) -> list[str]:
    """Give a line for each violation: what, the seed, how to see it again."""
    return [f"VIOLATED {violation}  [{case}, seed {seed}: {replay_command(case, seed)}]" for violation in found]
