"""How long a part that died waits before it is started again."""

from dataclasses import dataclass

FIRST_SECONDS, LONGEST_SECONDS = 0.5, 30.0
#: A part that ran this long was well; its next death counts as the first.
WELL_SECONDS = 60.0


@dataclass
class Backoff:
    """0.5 s, then twice as long each time up to 30 s; from the start again after a part ran well."""

    _next_seconds: float = FIRST_SECONDS

    def after(self, ran_seconds: float) -> float:
        """The pause before the next start of a part that just ended."""
        if ran_seconds >= WELL_SECONDS:
            self._next_seconds = FIRST_SECONDS
        pause = self._next_seconds
        self._next_seconds = min(pause * 2, LONGEST_SECONDS)
        return pause
