"""Documents of `statistics_hourly` and `statistics_daily`: the sums of one UTC hour or day, its begin as `_id`.

Slots, providers and reasons are values, never names of fields. Counts of log buckets are pairs of 32-bit numbers in
one binary value a measure: decoding tens of thousands of BSON numbers would take longer than adding them up. What a
provider or a guest said is not here: the rows that say it are emptied after their time, these documents stay.
"""

import struct
from collections import Counter
from collections.abc import Mapping
from typing import Any

from photochanger.domain.statistics import COUNTS, FailureSums, LastError, PeriodSums, Sums, Timed

Document = dict[str, Any]


def document_of(sums: PeriodSums) -> Document:
    """The document without its `_id`."""
    return {
        "slots": [_group_document(name, group) for name, group in sorted(sums.slots.items())],
        "providers": [_group_document(name, group) for name, group in sorted(sums.providers.items())],
        "failures": [
            {
                "slot_id": slot_id,
                "reason": reason,
                "count": failures.count,
                "last_at": failures.last_at,
                "job_id": failures.job_id,
            }
            for (slot_id, reason), failures in sorted(sums.failures.items())
        ],
    }


def sums_of(document: Document) -> PeriodSums:
    return PeriodSums(
        slots={group["id"]: _group(group) for group in document["slots"]},
        providers={group["id"]: _group(group) for group in document["providers"]},
        failures={
            (entry["slot_id"], entry["reason"]): FailureSums(entry["count"], entry["last_at"], entry["job_id"])
            for entry in document["failures"]
        },
    )


def packed(counts: Mapping[int, int]) -> bytes:
    """Bucket and count by turns, little-endian, buckets ascending."""
    numbers = [number for bucket in sorted(counts) for number in (bucket, counts[bucket])]
    return struct.pack(f"<{len(numbers)}I", *numbers)


def unpacked(data: bytes) -> Counter[int]:
    return Counter(dict(struct.iter_unpack("<II", data)))


def _group_document(name: str, group: Sums) -> Document:
    error = group.last_error
    return {
        "id": name,
        **{count: getattr(group, count) for count in COUNTS},
        "last_success": group.last_success,
        "last_error": None if error is None else {"at": error.at, "job_id": error.job_id, "reason": error.reason},
        "times": {timed.value: packed(group.times[timed]) for timed in Timed},
    }


def _group(document: Document) -> Sums:
    error = document["last_error"]
    return Sums(
        **{name: document[name] for name in COUNTS},
        last_success=document["last_success"],
        last_error=None if error is None else LastError(error["at"], error["job_id"], error["reason"]),
        times={timed: unpacked(document["times"][timed.value]) for timed in Timed},
    )
