"""One record a change, there before the change, whatever the database does."""

import pytest

from admin_api.operations.audit import Actor, Audit
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.infrastructure.audit_repository import AuditEntry, AuditOutcome, AuditRepository
from photochanger.infrastructure.mongo import DatabaseUnavailable

ANN = Actor("ann", "203.0.113.9")


class KeptEntries(AuditRepository):
    def __init__(self) -> None:
        self.stored: dict[str, AuditEntry] = {}
        self.is_silent = False

    async def insert(self, entry: AuditEntry) -> None:
        self._answer()
        self.stored[entry.id] = entry.model_copy(update={"outcome": AuditOutcome.UNKNOWN})

    async def confirm(self, entry_id: str, *, after: dict[str, object] | None) -> None:
        self._answer()
        told = {"outcome": AuditOutcome.DONE, "after": after}
        self.stored[entry_id] = self.stored[entry_id].model_copy(update=told)

    async def withdraw(self, entry_id: str) -> None:
        self._answer()
        del self.stored[entry_id]

    def _answer(self) -> None:
        if self.is_silent:
            raise DatabaseUnavailable("silent")

    @property
    def only(self) -> AuditEntry:
        [entry] = self.stored.values()
        return entry


async def test_the_record_is_there_before_the_change_and_done_after_it() -> None:
    entries = KeptEntries()

    async with Audit(entries).change(ANN, "create", "users/bob"):
        during = entries.only.outcome

    assert (during, entries.only.outcome) == (AuditOutcome.UNKNOWN, AuditOutcome.DONE)
    assert (entries.only.actor, entries.only.address) == ("ann", "203.0.113.9")


async def test_secrets_and_prompts_are_hidden_and_the_rest_is_kept() -> None:
    entries = KeptEntries()
    before = {"name": "a", "params": {"prompt": "canary", "negative_prompt": "canary", "seed": 7}}
    after = {"api_key": "canary", "fallbacks": [{"provider": "x", "params": {"prompt": "canary"}}]}

    async with Audit(entries).change(ANN, "change", "slots/demo", before) as change:
        change.after = after

    assert entries.only.before == {
        "name": "a",
        "params": {"prompt": "[hidden]", "negative_prompt": "[hidden]", "seed": 7},
    }
    assert "canary" not in entries.only.model_dump_json()


async def test_what_was_refused_has_no_record() -> None:
    entries = KeptEntries()

    with pytest.raises(Refused):
        async with Audit(entries).change(ANN, "change", "slots/demo"):
            raise Refused(ProblemCode.VERSION_CONFLICT, "too late")

    assert entries.stored == {}


async def test_a_change_that_turned_out_to_be_none_has_no_record() -> None:
    entries = KeptEntries()

    async with Audit(entries).change(ANN, "change", "slots/demo") as change:
        change.is_made = False

    assert entries.stored == {}


@pytest.mark.parametrize("error", [DatabaseUnavailable("silent"), TypeError("a defect"), KeyboardInterrupt()])
async def test_a_change_of_unknown_end_keeps_its_record(error: BaseException) -> None:
    entries = KeptEntries()

    with pytest.raises(type(error)):
        async with Audit(entries).change(ANN, "change", "slots/demo"):
            raise error

    assert entries.only.outcome is AuditOutcome.UNKNOWN


async def test_nothing_is_changed_that_cannot_be_recorded() -> None:
    entries, was_changed = KeptEntries(), False
    entries.is_silent = True

    with pytest.raises(DatabaseUnavailable):
        async with Audit(entries).change(ANN, "create", "users/bob"):
            was_changed = True

    assert not was_changed


async def test_a_change_stands_though_its_record_could_not_be_confirmed() -> None:
    entries = KeptEntries()

    async with Audit(entries).change(ANN, "create", "users/bob"):
        entries.is_silent = True

    assert entries.only.outcome is AuditOutcome.UNKNOWN
