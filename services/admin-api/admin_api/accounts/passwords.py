"""Administrators' passwords as argon2id, hashed beside the event loop."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import Field, SecretStr

from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode

MIN_PASSWORD_LENGTH = 12
#: Long enough; what else is refused is in `password_rules`.
NewPassword = Annotated[SecretStr, Field(min_length=MIN_PASSWORD_LENGTH, max_length=256, examples=["four words or so"])]

#: Each takes 64 MiB and a core for some 50 ms.
HASHES_AT_ONCE = 2
#: Who comes when so many wait for their turn already is told to come again.
WAITING_AT_ONCE = 16
BUSY_RETRY_SECONDS = 2

#: Nothing that is read as something else; five groups of four make 98 bits.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def one_time_password() -> str:
    """Give a password to be read off a screen and typed in once."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(5))


class Passwords:
    """Hashes and checks; an unknown login takes as long as a wrong password."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._at_once = asyncio.Semaphore(HASHES_AT_ONCE)
        self._places_left = HASHES_AT_ONCE + WAITING_AT_ONCE
        self._nobodys_hash: str | None = None

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Stand in the line of those whose password is checked.

        Raises:
            Refused: the line is full (503).
        """
        if self._places_left == 0:
            raise Refused(
                ProblemCode.CAPACITY_EXCEEDED, "Too many log in at once.", retry_after_seconds=BUSY_RETRY_SECONDS
            )
        self._places_left -= 1
        try:
            yield
        finally:
            self._places_left += 1

    async def hash(self, password: str) -> str:
        async with self._at_once:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether it is the password; None stands for a login that does not exist."""
        if self._nobodys_hash is None:
            self._nobodys_hash = await self.hash("nobody")
        async with self._at_once:
            is_right = await asyncio.to_thread(self._verify, password_hash or self._nobodys_hash, password)
        return is_right and password_hash is not None

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
