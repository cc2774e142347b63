"""Which provider a photo goes to next."""

from photochanger.domain.job import Job
from photochanger.domain.slot import Route

#: A route and its index in the snapshot.
Candidate = tuple[int, Route]


def untried_routes(job: Job) -> list[Candidate]:
    """Give the snapshot's routes that had no attempt of this job yet, in order.

    Two routes may name one provider, e.g. with another model; its retries are counted together.
    """
    tried = {attempt.route for attempt in job.attempts}
    return [(index, route) for index, route in enumerate(job.slot_snapshot.routes) if index not in tried]
