"""Administrators' passwords as argon2id, hashed beside the event loop."""

import asyncio
from typing import Annotated

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import Field, SecretStr

MIN_PASSWORD_LENGTH = 12
#: Long enough, no other rule.
NewPassword = Annotated[SecretStr, Field(min_length=MIN_PASSWORD_LENGTH, max_length=256, examples=["four words or so"])]

#: Each takes 64 MiB and a core for some 50 ms.
HASHES_AT_ONCE = 2


class Passwords:
    """Hashes and checks; an unknown login takes as long as a wrong password."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._at_once = asyncio.Semaphore(HASHES_AT_ONCE)
        self._nobodys_hash: str | None = None

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
