"""MongoDB through Motor, confined to this package and the repositories: the successor is PyMongo's own async client."""

from photochanger.infrastructure.mongo.clock import DatabaseClock
from photochanger.infrastructure.mongo.connection import Mongo, connect
from photochanger.infrastructure.mongo.errors import DatabaseUnavailable, translated
from photochanger.infrastructure.mongo.indexes import ensure_indexes
from photochanger.infrastructure.mongo.literal import literal

__all__ = [
    "DatabaseClock",
    "DatabaseUnavailable",
    "Mongo",
    "connect",
    "ensure_indexes",
    "literal",
    "translated",
]
