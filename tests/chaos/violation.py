"""One broken promise."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.chaos.history import History


@dataclass(frozen=True)
class Violation:
    """`invariant` as in the architecture (I1 …), or the kill matrix's point; `subject` is a job, request or object."""

    invariant: str
    subject: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant}  {self.subject}: {self.what}"


Check = Callable[[History], Iterator[Violation]]
