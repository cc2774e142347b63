"""The workspace's own files, as the house's tests look at them."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Member:
    """One package of the workspace: `root` holds its pyproject.toml, `package` its code."""

    name: str
    root: Path
    package: Path
    dependencies: tuple[str, ...]

    @property
    def sources(self) -> list[Path]:
        return sorted(self.package.rglob("*.py"))


def members() -> list[Member]:
    found = []
    for file in sorted(
        [*(ROOT / name / "pyproject.toml" for name in ("shared", "cli")), *ROOT.glob("services/*/pyproject.toml")]
    ):
        project = tomllib.loads(file.read_text())["project"]
        package = file.parent / project["name"].replace("-", "_")
        found.append(Member(project["name"], file.parent, package, tuple(project["dependencies"])))
    return found


def sources() -> list[Path]:
    """Every Python file of the product: packages and what runs them on one machine, not the tests."""
    return [file for member in members() for file in member.sources] + sorted((ROOT / "deploy").rglob("*.py"))


def imports(file: Path) -> Iterator[str]:
    """The absolute module names a file imports, also inside functions."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
