"""Several test processes at once: who runs what, and on which ports."""

import pytest

from deploy.local.ports import free_port_block
from tests import own_ports
from tests.own_ports import own_port_block
from tests.unit.house.workspace import ROOT
from tests.worker_groups import UNRULY, group_of


def test_all_e2e_files_share_two_stacks_and_every_other_file_is_a_group() -> None:
    files = [file.relative_to(ROOT).as_posix() for file in (ROOT / "tests").rglob("test_*.py")]
    e2e = [file for file in files if file.startswith("tests/e2e/")]

    groups = {group_of(f"{file}::test_something[a::b]") for file in files}

    assert len(groups) == len(files) - len(e2e) + 2


def test_the_files_that_harm_their_stack_are_there() -> None:
    assert [name for name in UNRULY if not (ROOT / "tests" / "e2e" / name).exists()] == []


def test_a_port_that_another_test_process_holds_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    held, other = own_port_block(1), free_port_block(1)
    offered = iter([held, other])
    monkeypatch.setattr(own_ports, "free_port_block", lambda _: next(offered))

    assert own_port_block(1) == other
