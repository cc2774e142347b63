"""Tokens with which scripts use the admin API, each in the name of a person."""

import re
import secrets
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from photochanger.domain.user import Role

#: What a scanner for leaked secrets looks for; `API_TOKEN` is the whole of it.
PREFIX = "photochanger_"
API_TOKEN = re.compile(r"photochanger_[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
DEFAULT_DAYS, LONGEST_DAYS = 90, 365


def new_api_token() -> str:
    """Give a token of 256 random bits, to be shown once."""
    return PREFIX + secrets.token_urlsafe(32)


class ApiToken(BaseModel):
    """What is kept of a token, by its hash.

    It may do what `role` may and its owner still may, and only look if it is read-only. `last_used_at` is written down
    once a minute at most.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    token_hash: str
    login: str
    name: str
    role: Role
    is_read_only: bool
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
