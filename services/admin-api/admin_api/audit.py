"""Who changed what: one record a change."""

import uuid
from collections.abc import Callable, Mapping

from photochanger.infrastructure.audit_repository import AuditEntry, AuditRepository
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.observability import get_logger
from photochanger.observability.redaction import redact

TRIES = 3

log = get_logger(__name__)


class Audit:
    """Call it after the change succeeded.

    A record that the database does not take in three tries is logged as `audit_record_lost` with all that it says, and
    the change stands: the administrator must not be told that it failed. The tries share one id: never two records.
    """

    def __init__(self, entries: AuditRepository, new_id: Callable[[], str] = lambda: str(uuid.uuid4())) -> None:
        self._entries = entries
        self._new_id = new_id

    async def record(
        self,
        actor: str,
        action: str,
        target: str,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        """Record a change, secrets hidden; `target` is e.g. `slots/demo`, `before` and `after` the changed fields."""
        entry = AuditEntry(
            id=self._new_id(), actor=actor, action=action, target=target, before=_hidden(before), after=_hidden(after)
        )
        for _ in range(TRIES):
            try:
                await self._entries.insert(entry)
            except DatabaseUnavailable as error:
                reason = repr(error)
            else:
                return
        log.error("audit_record_lost", entry=entry.model_dump(mode="json"), error=reason, next="the change stands")


def _hidden(fields: Mapping[str, object] | None) -> dict[str, object] | None:
    return None if fields is None else {name: redact(value, name) for name, value in fields.items()}
