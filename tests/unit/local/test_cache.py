"""The shared cache holds complete entries only."""

import threading
from pathlib import Path

import pytest

from deploy.local.cache import exclusive, new_entry, remove_abandoned, require_space
from deploy.local.errors import InterruptedStackError, StackError


def test_an_entry_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    entry = tmp_path / "mongodb"

    with new_entry(entry) as building:
        (building / "mongod").write_text("whole")
        seen_meanwhile = entry.exists()

    assert not seen_meanwhile
    assert (entry / "mongod").read_text() == "whole"


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    def build() -> None:
        with new_entry(tmp_path / "mongodb") as building:
            (building / "mongod").write_text("ha")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        build()

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_builder_left_is_removed_and_other_entries_stay(tmp_path: Path) -> None:
    (tmp_path / ".building-mongodb-abc").mkdir()
    (tmp_path / ".building-minio-abc").mkdir()

    remove_abandoned(tmp_path / "mongodb")

    assert [folder.name for folder in tmp_path.iterdir()] == [".building-minio-abc"]


def test_a_second_builder_waits_and_says_so(tmp_path: Path) -> None:
    said, cancelled = list[str](), threading.Event()

    def say_and_give_up() -> None:
        said.append("waits")
        cancelled.set()

    with (
        exclusive(tmp_path / "lock", cancelled=cancelled, on_wait=lambda: said.append("first")),
        pytest.raises(InterruptedStackError),
        exclusive(tmp_path / "lock", cancelled=cancelled, on_wait=say_and_give_up),
    ):
        pass

    assert said == ["waits"]


def test_too_little_space_names_the_folder_and_its_variable(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=rf"MiB free for {tmp_path}/new/home, .* PHOTOCHANGER_HOME chooses"):
        require_space(tmp_path / "new" / "home", 1 << 60, "PHOTOCHANGER_HOME")
