"""Counts the signals that ask the stack to stop."""

import signal
from types import FrameType


class StopSignals:
    """The first asks for an orderly stop, the second for a hard one; the handler takes no lock and raises nothing."""

    def __init__(self) -> None:
        self._count = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    @property
    def is_asked(self) -> bool:
        return self._count > 0

    @property
    def is_urgent(self) -> bool:
        return self._count > 1

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._count += 1
