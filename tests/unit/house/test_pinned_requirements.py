import re
from pathlib import Path

import pytest

from tests.unit.house.workspace import ROOT, members

FILES = sorted((ROOT / "requirements").glob("*.txt"))

ENTRY = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z0-9,-]+\])?==\S+( ; .+)?( --hash=sha256:[0-9a-f]{64})+$")


def entries(file: Path) -> list[str]:
    """The requirements, each joined to one line."""
    joined = file.read_text().replace("\\\n", " ")
    lines = [re.sub(r"\s+", " ", line).strip() for line in joined.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def test_every_service_has_its_requirements() -> None:
    services = {member.name for member in members()} - {"photochanger"}

    assert services | {"development"} <= {file.stem for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_requirement_is_one_version_with_hashes(file: Path) -> None:
    assert entries(file)
    assert [entry for entry in entries(file) if not ENTRY.match(entry)] == []


@pytest.mark.parametrize("file", [*FILES, *sorted((ROOT / "requirements").glob("*.in"))], ids=lambda file: file.name)
def test_no_requirements_file_names_an_address(file: Path) -> None:
    text = file.read_text()

    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b", text, re.MULTILINE)
