"""Which objects nobody needs any more: decided from key, age and row; in doubt an object stays."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from photochanger.domain.job import TERMINAL, JobStatus
from photochanger.infrastructure.media_keys import PreviewSize
from photochanger.infrastructure.media_store import ObjectInfo

#: A row is admitted a few seconds after its photo was put.
ROWLESS_AGE = timedelta(seconds=60)
#: Old enough even when store and database disagree about the time by minutes.
ROWLESS_FOR_SURE_AGE = timedelta(minutes=15)
#: Longer than any sync window, and than the making of a preview: whoever put this has ended.
LATE_RESULT_AGE = timedelta(minutes=15)
#: A picture's row is there before the picture; only a database that was set back lacks it, and may get it again.
ROWLESS_RESULT_AGE = timedelta(days=1)

_JOB = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SOURCE_KEY = re.compile(rf"({_JOB})/[^/]+")
_SIZES = "|".join(str(size.value) for size in PreviewSize)
_RESULT_KEY = re.compile(rf"(\d{{4}}/\d\d/\d\d/({_JOB})/\d+)(?:\.(?:{_SIZES}))?")


class Kind(StrEnum):
    """What the janitor removes."""

    #: the job ended, its photo stayed
    SOURCE_OF_ENDED_JOB = "source_of_ended_job"
    #: no job was ever admitted for this photo
    SOURCE_WITHOUT_JOB = "source_without_job"
    #: a provider's picture that came too late to be the result
    LATE_RESULT = "late_result"
    #: a small copy of a picture that is no job's result any more
    PREVIEW_WITHOUT_RESULT = "preview_without_result"
    #: a picture whose job the database does not know
    RESULT_WITHOUT_JOB = "result_without_job"
    #: past `expires_at`
    EXPIRED_RESULT = "expired_result"
    #: a small copy of a result past `expires_at`
    EXPIRED_PREVIEW = "expired_preview"
    #: what a row past `expires_at` said of guest and booth; the row stays as a tombstone
    CLIENT_DATA = "client_data"
    #: a row whose 30 days as a tombstone are over
    TOMBSTONE = "tombstone"
    #: a small result's copy inside the row, whose gateway died before it could clear it
    INLINE_PICTURE = "inline_picture"


def job_of_source(key: str) -> str | None:
    """Give the job a source belongs to; None for a key that is none of ours."""
    match = _SOURCE_KEY.fullmatch(key)
    return match.group(1) if match else None


@dataclass(frozen=True)
class ResultObject:
    """What the name of an object in the results bucket tells: its job, and the picture it is or is a preview of."""

    job_id: str
    picture_key: str
    is_preview: bool


def result_object(key: str) -> ResultObject | None:
    """Read the name of a picture or a preview; None for a key that is none of ours."""
    match = _RESULT_KEY.fullmatch(key)
    return None if match is None else ResultObject(match[2], match[1], is_preview=match[1] != key)


class SourceJudge:
    """Judges sources round by round.

    A young source without a row goes only when the round before found it without one too: at least one pause by this
    process's own clock lies between, however wrong the store's clock may be.
    """

    def __init__(self) -> None:
        self._rowless: frozenset[str] = frozenset()

    def judge(
        self, sources: Iterable[ObjectInfo], statuses: Mapping[str, JobStatus], *, now: datetime
    ) -> dict[str, Kind]:
        """Give the keys to delete; `statuses` was read after `sources`, `now` is the database's time."""
        verdicts: dict[str, Kind] = {}
        rowless: set[str] = set()
        for source in sources:
            job_id = job_of_source(source.key)
            if job_id is None:
                continue
            if job_id not in statuses:
                rowless.add(source.key)
                if self._is_orphan(source, now - source.modified_at):
                    verdicts[source.key] = Kind.SOURCE_WITHOUT_JOB
            elif statuses[job_id] in TERMINAL:
                verdicts[source.key] = Kind.SOURCE_OF_ENDED_JOB
        self._rowless = frozenset(rowless)
        return verdicts

    def _is_orphan(self, source: ObjectInfo, age: timedelta) -> bool:
        return age >= ROWLESS_FOR_SURE_AGE or (age >= ROWLESS_AGE and source.key in self._rowless)


def orphaned_results(
    pictures: Iterable[ObjectInfo],
    statuses: Mapping[str, JobStatus],
    result_keys: Mapping[str, str | None],
    *,
    now: datetime,
) -> dict[str, Kind]:
    """Give the keys of old pictures and previews that are, or show, no job's result.

    `statuses` holds every row that exists, `result_keys` those that ended; both were read after `pictures`.
    """
    verdicts: dict[str, Kind] = {}
    for picture in pictures:
        named = result_object(picture.key)
        age = now - picture.modified_at
        if named is None or age < LATE_RESULT_AGE:
            continue
        if named.job_id not in statuses:
            if age >= ROWLESS_RESULT_AGE:
                verdicts[picture.key] = Kind.RESULT_WITHOUT_JOB
        elif named.job_id in result_keys and result_keys[named.job_id] != named.picture_key:
            verdicts[picture.key] = Kind.PREVIEW_WITHOUT_RESULT if named.is_preview else Kind.LATE_RESULT
    return verdicts
