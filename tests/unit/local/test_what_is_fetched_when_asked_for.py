from pathlib import Path

import pytest

from deploy.local.fetch_binaries import go_fetch
from deploy.local.fetch_browser import browser_fetch, find_browser
from deploy.local.fetch_helm import helm_path
from deploy.local.layout import CHECKOUT, Layout
from deploy.local.setup import all_fetches, browser_fetches, chaos_fetches, chosen_fetches, helm_fetches


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(CHECKOUT, tmp_path / "home", tmp_path / "cache")


def test_nobody_waits_for_helm_who_did_not_ask(layout: Layout) -> None:
    assert {"helm", "kubernetes"} & {fetch.name for fetch in all_fetches(layout)} == set()


def test_wrong_clocks_are_fetched_for_chaos_alone(layout: Layout) -> None:
    usual, chaos = ({fetch.name for fetch in fetches(layout)} for fetches in (all_fetches, chaos_fetches))

    assert chaos - usual == {"faketime"}


def test_helm_comes_with_everything_it_needs_and_without_the_servers(layout: Layout) -> None:
    fetches = helm_fetches(layout)
    names = {fetch.name for fetch in fetches}

    assert {need for fetch in fetches for need in fetch.needs} <= names
    assert {"debian", "mongodb", "minio"} & names == set()


def test_a_go_is_not_looked_for_once_the_program_is_built(layout: Layout) -> None:
    helm_path(layout).parent.mkdir(parents=True)
    helm_path(layout).touch()

    assert go_fetch(layout, helm_path(layout)).is_there()


def test_a_browser_is_fetched_for_tests_alone(layout: Layout) -> None:
    usual, tests = ({fetch.name for fetch in fetches(layout)} for fetches in (all_fetches, browser_fetches))

    assert tests - usual == {"browser"}


def test_the_web_ui_comes_with_everything_and_not_with_the_python_packages_alone(layout: Layout) -> None:
    assert {"node", "web"} <= {fetch.name for fetch in all_fetches(layout)}
    assert [fetch.name for fetch in chosen_fetches(layout, ["python"])] == ["venv", "python"]


@pytest.mark.parametrize("installed", ["chromium", "google-chrome"])
def test_a_browser_of_the_machine_s_is_taken(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser() is None
    assert not browser_fetch(layout).is_there()

    (tmp_path / installed).touch(mode=0o755)

    assert find_browser() == tmp_path / installed
