"""Seals the providers' keys anew under PHOTOCHANGER_SECRET_KEY: `python -m admin_api.rotate_secret_key [--dry-run]`.

Stopped half-way it is simply run again: what is sealed under the new key already is left alone.
"""

import argparse
import asyncio
import sys
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from photochanger.infrastructure.mongo import DatabaseUnavailable, connect
from photochanger.infrastructure.provider_key_repository import (
    ProviderKeyRepository,
    StoredProviderKey,
    sealing_place,
)
from photochanger.infrastructure.sealing import CannotUnseal, Sealer
from photochanger.settings import EXIT_WRONG_SETTINGS, MongoSettings, SecretKeySettings

DATABASE_TIMEOUT_MS = 5_000
EXIT_NOT_ALL = 1


class Settings(MongoSettings, SecretKeySettings):
    """`photochanger_old_secret_key` opens, `photochanger_secret_key` seals."""


class Fate(StrEnum):
    """What became of one provider's key."""

    SEALED_ANEW = "sealed anew"
    #: a dry run
    WOULD_BE = "would be sealed anew"
    ALREADY = "under the new key already"
    #: an administrator set or took it meanwhile; what he set is under a key of the running services
    CHANGED = "changed meanwhile: run this again"
    NEITHER_OPENS = "opens with neither key: type it in again"


@dataclass(frozen=True)
class Turned:
    provider: str
    fate: Fate

    @property
    def is_left(self) -> bool:
        """Whether the old key is still missed, or was not even enough."""
        return self.fate in {Fate.CHANGED, Fate.NEITHER_OPENS}


async def rotate(keys: ProviderKeyRepository, sealer: Sealer, *, is_dry: bool) -> list[Turned]:
    """Seal every stored key under the sealer's newest secret key, one row a write. Raises `DatabaseUnavailable`."""
    return [Turned(stored.provider, await _turn(keys, sealer, stored, is_dry=is_dry)) for stored in await keys.list()]


async def _turn(keys: ProviderKeyRepository, sealer: Sealer, stored: StoredProviderKey, *, is_dry: bool) -> Fate:
    place = sealing_place(stored.provider)
    try:
        key = sealer.unseal(stored.sealed, place=place)
    except CannotUnseal:
        return Fate.NEITHER_OPENS
    if stored.sealed.key_id == sealer.key_id:
        return Fate.ALREADY
    if is_dry:
        return Fate.WOULD_BE
    is_done = await keys.seal_anew(stored.provider, stored.sealed, sealer.seal(key, place=place))
    return Fate.SEALED_ANEW if is_done else Fate.CHANGED


async def _run(settings: Settings, *, is_dry: bool) -> list[Turned]:
    sealer = Sealer(settings.photochanger_secret_key, *settings.old_secret_keys)
    async with connect(settings.mongo_url, timeout_ms=DATABASE_TIMEOUT_MS) as mongo:
        return await rotate(ProviderKeyRepository(mongo.database), sealer, is_dry=is_dry)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m admin_api.rotate_secret_key", description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    is_dry: bool = parser.parse_args().dry_run
    try:
        settings = Settings()
    except ValidationError as error:
        names = ", ".join(str(fault["loc"][0]).upper() for fault in error.errors(include_input=False))
        return _said(f"wrong or missing: {names}", EXIT_WRONG_SETTINGS)
    if not settings.old_secret_keys:
        return _said(
            "PHOTOCHANGER_OLD_SECRET_KEY is not set: there is nothing to open the keys with", EXIT_WRONG_SETTINGS
        )
    try:
        turned = asyncio.run(_run(settings, is_dry=is_dry))
    except DatabaseUnavailable:
        return _said("the database does not answer: run this again", EXIT_NOT_ALL)
    for one in turned:
        print(f"{one.provider}: {one.fate}")  # noqa: T201 - a command's own output
    print(f"{len(turned)} keys of providers")  # noqa: T201 - as above
    return EXIT_NOT_ALL if any(one.is_left for one in turned) else 0


def _said(fault: str, exit_code: int) -> int:
    print(f"rotate_secret_key: {fault}", file=sys.stderr)  # noqa: T201 - a command's own output
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
