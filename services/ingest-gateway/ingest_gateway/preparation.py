"""What must exist in the database and the store before photos come; made again and again until it does."""

import asyncio
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from photochanger.infrastructure.indexes import ensure_indexes
from photochanger.infrastructure.media_store import MediaStore, StoreUnavailable
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.observability import get_logger

RETRY_SECONDS = 1.0

log = get_logger(__name__)


class Preparation:
    """Indexes and buckets."""
