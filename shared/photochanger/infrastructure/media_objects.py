"""What lies in the object store, and what may go wrong there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Bucket(StrEnum):
    #: the guests' photos, while their jobs run
    SOURCES = "photochanger-sources"
    #: finished pictures and their previews
    RESULTS = "photochanger-results"
    #: template media
    TEMPLATES = "photochanger-templates"


#: Backstop behind the janitor. Results: the longest retention that can be set (168 h) and a day, because an object
#: keeps the retention it was made under. The store counts whole days and rounds up to midnight UTC.
LIFETIME_DAYS = MappingProxyType({Bucket.SOURCES: 1, Bucket.RESULTS: 8})


class StoreUnavailable(Exception):
    """The store cannot be reached, did not answer in time, or refuses to work; a write may or may not have happened."""


class ObjectMissing(Exception):
    """There is no such object."""


@dataclass(frozen=True)
class ObjectInfo:
    """`metadata` is known to `head` only."""

    key: str
    size_bytes: int
    modified_at: datetime
    metadata: Mapping[str, str] = field(default_factory=dict)
