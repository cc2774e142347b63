"""The servers behind it all: clocks, the store's way, disk, queues, dead letters."""

from collections.abc import Iterable, Iterator, Mapping

from admin_api.preflight.findings import PLATFORM, Finding, FindingCode
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.queue_depths import QueueDepth
from photochanger.topology import DEAD_LETTERS, OUTCOMES, SUBMISSIONS, provider_queue

#: HTTP tells whole seconds only; what is less does no harm anywhere.
MOST_SKEW_SECONDS = 3.0
#: A queue is short while its consumers keep up: each holds what it works on.
MOST_WAITING = 50
FULL_SHARE, ALMOST_FULL_SHARE = 0.97, 0.90
PROBE_SECONDS = 2.0


def findings_of_clocks(offsets_seconds: Mapping[str, float]) -> Iterator[Finding]:
    """`offsets_seconds`: by how much each clock is ahead of the database's."""
    for name, offset in offsets_seconds.items():
        if abs(offset) > MOST_SKEW_SECONDS:
            way = "ahead of" if offset > 0 else "behind"
            problem = f"The clock of {name} is {abs(offset):.0f} s {way} the database's."
            yield PLATFORM.warning(FindingCode.CLOCK_SKEW, problem)


async def findings_of_store(store: MediaStore, run_id: str) -> list[Finding]:
    """Write, look, read and remove one small object, and look at the lifetimes of the buckets.

    Raises:
        StoreUnavailable: it does not answer.
    """
    key, data = f"preflight-{run_id}/probe", run_id.encode()
    found: list[Finding] = []
    await store.put(Bucket.SOURCES, key, data, content_type="text/plain", timeout_seconds=PROBE_SECONDS)
    if await store.get(Bucket.SOURCES, key, timeout_seconds=PROBE_SECONDS) != data:
        found.append(PLATFORM.error(FindingCode.STORE_FAILED, "The store gave back other bytes than it got."))
    await store.delete(Bucket.SOURCES, key, timeout_seconds=PROBE_SECONDS)
    if await store.head(Bucket.SOURCES, key, timeout_seconds=PROBE_SECONDS) is not None:
        found.append(PLATFORM.error(FindingCode.STORE_FAILED, "The store kept an object that was deleted."))
    for bucket in (Bucket.SOURCES, Bucket.RESULTS):
        if await store.lifetime_days(bucket, timeout_seconds=PROBE_SECONDS) is None:
            problem = f"The bucket {bucket} has no lifetime rule: only the janitor would remove what is over."
            found.append(PLATFORM.warning(FindingCode.LIFETIME_MISSING, problem))
    return found


def findings_of_disk(used_share: float) -> Iterator[Finding]:
    if used_share >= ALMOST_FULL_SHARE:
        say = PLATFORM.error if used_share >= FULL_SHARE else PLATFORM.warning
        yield say(FindingCode.DISK_FULL, f"The database's disk is {used_share:.0%} full.")


def queue_names(providers: Iterable[str]) -> tuple[str, ...]:
    """Every queue that a photo of these providers passes, and where dead messages go."""
    return (
        SUBMISSIONS.name,
        OUTCOMES.name,
        *(provider_queue(provider).name for provider in providers),
        DEAD_LETTERS.name,
    )


def findings_of_queues(names: Iterable[str], depths: Mapping[str, QueueDepth]) -> Iterator[Finding]:
    for name in names:
        depth = depths.get(name)
        if depth is None:
            yield PLATFORM.error(FindingCode.QUEUE_MISSING, f"There is no queue {name}.")
        elif not depth.consumers:
            yield PLATFORM.error(FindingCode.QUEUE_WITHOUT_CONSUMER, f"Nobody consumes the queue {name}.")
        elif depth.ready > MOST_WAITING:
            yield PLATFORM.warning(FindingCode.QUEUE_BACKLOG, f"In the queue {name} wait {depth.ready} messages.")


def findings_of_dead_letters(lately: int) -> Iterator[Finding]:
    if lately:
        yield PLATFORM.warning(FindingCode.DEAD_LETTERS_GROWING, f"{lately} messages died within the last hour.")
