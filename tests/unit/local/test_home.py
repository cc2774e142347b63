"""A home belongs to one stack at a time and keeps its secrets to its owner."""

import os
import stat
from pathlib import Path

import pytest

from deploy.local.credentials import keep_credentials
from deploy.local.errors import StackError
from deploy.local.home_lock import home_lock, is_held
from deploy.local.layout import CHECKOUT, Layout, read_layout
from deploy.local.stop import clean, process_marker


def _layout(tmp_path: Path) -> Layout:
    return Layout(CHECKOUT, tmp_path / "home", tmp_path / "cache")


def test_a_second_copy_is_told_who_runs_already(tmp_path: Path) -> None:
    with (
        home_lock(tmp_path),
        pytest.raises(StackError, match=rf"already running on {tmp_path} \(pid {os.getpid()}\)"),
        home_lock(tmp_path),
    ):
        pass


def test_a_home_is_free_again_after_its_stack(tmp_path: Path) -> None:
    with home_lock(tmp_path):
        held_meanwhile = is_held(tmp_path)

    assert held_meanwhile
    assert not is_held(tmp_path)


def test_secrets_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    first = keep_credentials(tmp_path / "secrets")

    assert keep_credentials(tmp_path / "secrets") == first
    assert stat.S_IMODE((tmp_path / "secrets" / "credentials.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_a_copied_home_is_another_stack(tmp_path: Path) -> None:
    original = _layout(tmp_path)
    keep_credentials(original.secrets)
    copy = Layout(CHECKOUT, original.home.rename(tmp_path / "copy"), original.cache)

    assert process_marker(copy) != process_marker(_layout(tmp_path))


def test_clean_removes_a_confirmed_home(tmp_path: Path) -> None:
    layout = _layout(tmp_path)
    layout.logs.mkdir(parents=True)

    clean(layout, is_confirmed=True)

    assert not layout.home.exists()


def test_clean_refuses_a_folder_that_is_no_stacks_home(tmp_path: Path) -> None:
    layout = _layout(tmp_path)
    (layout.home / "documents").mkdir(parents=True)

    with pytest.raises(StackError, match="does not look like"):
        clean(layout, is_confirmed=True)

    assert (layout.home / "documents").exists()


def test_clean_refuses_while_the_stack_runs(tmp_path: Path) -> None:
    layout = _layout(tmp_path)
    layout.logs.mkdir(parents=True)

    with home_lock(layout.home), pytest.raises(StackError, match="make stop"):
        clean(layout, is_confirmed=True)


def test_the_environment_moves_home_and_cache() -> None:
    layout = read_layout({"PHOTOCHANGER_HOME": "/somewhere/home", "PHOTOCHANGER_CACHE": "/somewhere/cache"})

    assert (layout.home, layout.cache) == (Path("/somewhere/home"), Path("/somewhere/cache"))
