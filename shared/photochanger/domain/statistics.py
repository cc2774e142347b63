"""What happened to photos within a time, as sums that add up: of slots, of providers, and of what failed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self, TypeVar

T = TypeVar("T", datetime, "LastError")


class Timed(StrEnum):
    """What is timed of photos that came back, in milliseconds. The database's field names: never rename one."""

    #: of a slot's photo from its row to its end, at a provider from the dispatch of the attempt to its end
    TOTAL = "total"
    #: until a worker took it
    QUEUE_WAIT = "queue_wait"
    #: what the provider's calls took
    PROVIDER_TIME = "provider_time"


@dataclass(frozen=True, order=True)
class LastError:
    """`reason` is a job's `FailureReason`, of a provider an `AttemptOutcome`; its words are in the job's row."""

    at: datetime
    job_id: str
    reason: str


@dataclass
class Sums:
    """One slot's photos, or the attempts at one provider: a photo sent to it each.

    `times` are log-bucket counts (`log_histogram`) of what came back.
    """

    jobs: int = 0
    done: int = 0
    timeouts: int = 0
    provider_errors: int = 0
    refusals: int = 0
    running: int = 0
    last_success: datetime | None = None
    last_error: LastError | None = None
    times: Mapping[Timed, Counter[int]] = field(default_factory=lambda: {timed: Counter() for timed in Timed})

    @property
    def ended(self) -> int:
        return self.jobs - self.running

    @property
    def others(self) -> int:
        """Those that ended in none of the ways that are counted by name: cancelled, or by our own fault."""
        return self.ended - self.done - self.timeouts - self.provider_errors - self.refusals

    def add(self, other: "Sums") -> None:
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.last_success = _latest(self.last_success, other.last_success)
        self.last_error = _latest(self.last_error, other.last_error)
        for timed, counts in other.times.items():
            mine = self.times[timed]
            for bucket, count in counts.items():
                mine[bucket] += count


#: The fields of `Sums` that are plain numbers.
COUNTS = ("jobs", "done", "timeouts", "provider_errors", "refusals", "running")


@dataclass
class FailureSums:
    """How many of a slot's photos failed for one reason, and which was the last."""

    count: int
    last_at: datetime
    job_id: str

    def add(self, other: "FailureSums") -> None:
        self.count += other.count
        self.last_at, self.job_id = max((self.last_at, self.job_id), (other.last_at, other.job_id))


@dataclass
class PeriodSums:
    """Sums of photos that came within some time: by slot, by provider, and failures by slot and `FailureReason`."""

    slots: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))
    providers: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))
    failures: dict[tuple[str, str], FailureSums] = field(default_factory=dict)

    @classmethod
    def of(cls, parts: Iterable["PeriodSums"]) -> Self:
        """Add up; the parts stay as they are."""
        total = cls()
        for part in parts:
            total.add(part)
        return total

    def add(self, other: "PeriodSums") -> None:
        for mine, others in ((self.slots, other.slots), (self.providers, other.providers)):
            for name, sums in others.items():
                mine[name].add(sums)
        for key, failures in other.failures.items():
            if key in self.failures:
                self.failures[key].add(failures)
            else:
                self.failures[key] = FailureSums(failures.count, failures.last_at, failures.job_id)


def _latest(one: T | None, other: T | None) -> T | None:
    if one is None or other is None:
        return one or other
    return max(one, other)
