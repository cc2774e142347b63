"""Who changed what: one record a change, there before the change is."""

import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from admin_api.rest.problems import Refused
from photochanger.infrastructure.audit_repository import AuditEntry, AuditRepository
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.observability import get_logger
from photochanger.observability.redaction import redact

log = get_logger(__name__)

Fields = Mapping[str, object]


@dataclass(frozen=True)
class Actor:
    """Who makes a change, and from which address; `script` is the name of the token that a script used."""

    login: str
    address: str
    script: str | None = None


@dataclass
class AuditedChange:
    """A change under way; `after` may be told as late as the change itself knows it.

    `is_made` is set to False by a block that found, without a refusal, that it changed nothing.
    """

    after: Fields | None
    is_made: bool = True


class Audit:
    """Writes the record first, so that no process can die between a change and its record."""

    def __init__(self, entries: AuditRepository, new_id: Callable[[], str] = lambda: str(uuid.uuid4())) -> None:
        self._entries = entries
        self._new_id = new_id

    @asynccontextmanager
    async def change(
        self, by: Actor, action: str, target: str, before: Fields | None = None, after: Fields | None = None
    ) -> AsyncIterator[AuditedChange]:
        """Make the change inside the block, and nothing that may be refused before it.

        The record says `unknown` until the block has ended; then `done`. A block that ends with `Refused` changed
        nothing, and its record goes. Any other end, the process's too, leaves `unknown`: nobody knows what happened.
        `target` is e.g. `slots/demo`, `before` and `after` are the changed fields; secrets in them are hidden.

        Raises:
            DatabaseUnavailable: nothing was changed, if it comes before the block.
        """
        entry = AuditEntry(
            id=self._new_id(),
            actor=by.login,
            address=by.address,
            script=by.script,
            action=action,
            target=target,
            before=_hidden(before),
            after=_hidden(after),
        )
        await self._entries.insert(entry)
        change = AuditedChange(after)
        try:
            yield change
        except Refused:
            await self._withdraw(entry)
            raise
        if change.is_made:
            await self._confirm(entry, change)
        else:
            await self._withdraw(entry)

    async def _confirm(self, entry: AuditEntry, change: AuditedChange) -> None:
        try:
            await self._entries.confirm(entry.id, after=_hidden(change.after))
        except DatabaseUnavailable as error:
            log.warning("audit_record_unconfirmed", id=entry.id, error=repr(error), next="the change stands")

    async def _withdraw(self, entry: AuditEntry) -> None:
        try:
            await self._entries.withdraw(entry.id)
        except DatabaseUnavailable as error:
            log.warning("audit_record_of_nothing_left", id=entry.id, error=repr(error), next="it stays `unknown`")


def _hidden(fields: Fields | None) -> dict[str, object] | None:
    return None if fields is None else {name: redact(value, name) for name, value in fields.items()}
