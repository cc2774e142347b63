"""Where a photo was when its window ended: the `failure_detail` of a job that timed out."""

from enum import StrEnum


class TimeoutStage(StrEnum):
    """Kept in rows and used as a metric's label: never rename one."""

    #: no call was begun: it waited for a worker, or nothing that could be started could end in time
    NOT_STARTED = "not_started"
    #: a call was under way and was cut
    RUNNING = "running"
    #: calls were made and had failed or were cut before; none was under way at the end
    BETWEEN_CALLS = "between_calls"
