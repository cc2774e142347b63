"""Rows of jobs as tests need them."""

import uuid
from dataclasses import replace

from photochanger.domain.job import ClientField, JobSource, PhotoRecord
from photochanger.domain.photo import PictureType
from photochanger.domain.result import ResultInfo
from photochanger.domain.slot import Operation, Route, Slot
from photochanger.infrastructure.delivery import Delivery
from photochanger.infrastructure.job_repository import NewJob

HOUR_MS = 3_600_000


def new_slot(**changes: object) -> Slot:
    fields: dict[str, object] = {
        "id": "demo",
        "name": "Demo",
        "provider": "gemini",
        "operation": Operation.STYLE_TRANSFER,
        "params": {"prompt": "oil painting"},
    }
    return Slot.model_validate(fields | changes)


def slot_with_fallback(**changes: object) -> Slot:
    return new_slot(fallbacks=(Route(provider="turbotext", operation=Operation.IMAGE_EDIT),), **changes)


def new_job(slot: Slot | None = None, **changes: object) -> NewJob:
    slot = slot or new_slot()
    job_id = str(uuid.uuid4())
    photo = PhotoRecord(
        key=f"{job_id}/source",
        type=PictureType.JPEG,
        size_bytes=3,
        width=4,
        height=3,
        orientation=1,
        has_alpha=False,
        sha256="ab" * 32,
    )
    job = NewJob(
        id=job_id,
        slot_id=slot.id,
        slot_snapshot=slot.snapshot(),
        source=JobSource.INGEST,
        client=(ClientField(name="name", value="DESKTOP-ABC1234"),),
        filename="IMG_0003.JPG",
        photo=photo,
        window_ms=10_000,
        answer_reserve_ms=500,
        retention_ms=72 * HOUR_MS,
        inline_max_bytes=2**21,
        public_id=uuid.uuid4().hex,
    )
    return replace(job, **changes)  # type: ignore[arg-type]  # a test names the fields it changes


def delivery(n: int, owner: str, *, inline_base64: str | None = None, key: str = "2026/11/24/job/1") -> Delivery:
    result = ResultInfo(key=key, type=PictureType.JPEG, size_bytes=5, width=4, height=3, sha256="cd" * 32)
    return Delivery(n=n, owner=owner, result=result, inline_base64=inline_base64)
