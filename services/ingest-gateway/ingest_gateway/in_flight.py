"""What this process has on hand: requests waiting for an answer, bytes of bodies being received."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from ingest_gateway.refusal import Refusal
from photochanger.domain.failure import ProblemCode


class WaitingRequests:
    """Counts booths that wait, from the request's start to its answer."""

    def __init__(self) -> None:
        self.count = 0

    @contextmanager
    def place(self, limit: int) -> Iterator[None]:
        """A place among the waiting.

        Raises:
            Refusal: all `limit` places are taken.
        """
        if self.count >= limit:
            raise Refusal(ProblemCode.CAPACITY_EXCEEDED, "too many photos are waiting for their answer")
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1


class ReceivingBytes:
    """Memory promised to bodies that are being received and checked."""

    def __init__(self) -> None:
        self.reserved = 0

    def reserve(self, size_bytes: int, limit: int) -> "Reservation":
        """Promise the memory before the body is asked for.

        Raises:
            Refusal: with it the bodies would weigh more than `limit`.
        """
        if self.reserved + size_bytes > limit:
            raise Refusal(ProblemCode.CAPACITY_EXCEEDED, "too many photos are being received at once")
        self.reserved += size_bytes
        return Reservation(self, size_bytes)


class Reservation:
    """A promise of memory; ends once, early by `release()` or with its block."""

    def __init__(self, budget: ReceivingBytes, size_bytes: int) -> None:
        self._budget, self._size_bytes = budget, size_bytes

    def release(self) -> None:
        self._budget.reserved -= self._size_bytes
        self._size_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
