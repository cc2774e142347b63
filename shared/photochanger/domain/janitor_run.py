"""What a round of the janitor did, or would do; and a round that an administrator asked for."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class RoundReport(_Stored):
    """`removed` counts by kind; on a dry run they are what would go. `missing` are pictures that the store has lost.

    `errors` counts what failed, and is the next round's.
    """

    started_at: datetime
    ended_at: datetime
    is_dry_run: bool
    removed: dict[str, int]
    missing: int
    errors: int


class RunState(StrEnum):
    #: no janitor has taken it yet
    WAITING = "waiting"
    #: a janitor is at it
    RUNNING = "running"
    #: see its report
    DONE = "done"
    #: the janitor that took it is gone, or none came
    LOST = "lost"


class RequestedRun(_Stored):
    """A round that somebody asked for; the times are the database's."""

    id: str
    is_dry_run: bool
    asked_by: str
    asked_at: datetime
    taken_at: datetime | None = None
    report: RoundReport | None = None


class JanitorState(_Stored):
    """`turn_until`: a round is under way, its janitor says so until then. `read_at` is when all this was so."""

    last: RoundReport | None = None
    run: RequestedRun | None = None
    turn_until: datetime | None = None
    read_at: datetime
