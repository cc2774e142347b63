"""One record a change, whatever the database does."""

import pytest
from structlog.testing import capture_logs

from admin_api.audit import TRIES, Audit
from photochanger.infrastructure.audit_repository import AuditEntry, AuditRepository
from photochanger.infrastructure.mongo import DatabaseUnavailable


class FlakyEntries(AuditRepository):
    """Does not answer the first `silent` times, though it may have stored the entry."""

    def __init__(self, silent: int) -> None:
        self.silent = silent
        self.stored: dict[str, AuditEntry] = {}
        self.calls = 0

    async def insert(self, entry: AuditEntry) -> None:
        self.calls += 1
        self.stored.setdefault(entry.id, entry)
        if self.calls <= self.silent:
            raise DatabaseUnavailable("silent")


async def test_secrets_are_hidden_and_the_rest_is_kept() -> None:
    entries = FlakyEntries(silent=0)

    await Audit(entries).record("ann", "change", "slots/demo", {"name": "a"}, {"api_key": "canary", "name": "b"})

    [entry] = entries.stored.values()
    assert (entry.before, entry.after) == ({"name": "a"}, {"api_key": "[hidden]", "name": "b"})


async def test_a_record_that_is_tried_again_is_still_one() -> None:
    entries = FlakyEntries(silent=2)

    await Audit(entries).record("ann", "create", "users/bob")

    assert (entries.calls, len(entries.stored)) == (3, 1)


async def test_a_record_that_cannot_be_stored_is_in_the_log_and_the_change_stands() -> None:
    entries = FlakyEntries(silent=TRIES)

    with capture_logs() as logs:
        await Audit(entries).record("ann", "create", "users/bob", None, {"password": "canary", "role": "viewer"})

    [lost] = [line for line in logs if line["event"] == "audit_record_lost"]
    assert (lost["entry"]["actor"], lost["entry"]["after"]["role"]) == ("ann", "viewer")
    assert "canary" not in str(logs)


async def test_a_defect_is_not_taken_for_an_outage() -> None:
    class Broken(FlakyEntries):
        async def insert(self, entry: AuditEntry) -> None:
            raise TypeError("a defect")

    with pytest.raises(TypeError):
        await Audit(Broken(silent=0)).record("ann", "create", "users/bob")
