"""The pages about providers say what is so."""

import re
from itertools import takewhile

import pytest

from photochanger.provider_worker.failures import TREATMENTS, FailureKind
from tests.contract.provider_kit import CASES
from tests.contract.provider_wires import PROVIDERS
from tests.unit.house.workspace import ROOT, members

PROVIDERS_PAGE = (ROOT / "docs" / "providers.md").read_text()
NEW_PROVIDER_PAGE = (ROOT / "docs" / "new-provider.md").read_text()


def table(heading: str) -> list[tuple[str, ...]]:
    """The rows of the first table under the heading, without marks, the header left out."""
    lines = PROVIDERS_PAGE.split(f"\n## {heading}\n", 1)[1].splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("|"))
    rows = list(takewhile(lambda line: line.startswith("|"), lines[start:]))
    return [tuple(cell.strip().replace("`", "") for cell in row.strip("|").split("|")) for row in rows[2:]]


def test_the_table_of_cases_is_what_the_kit_tries() -> None:
    rows = table("What each case comes to")

    assert [row[:6] for row in rows] == [case.row for case in CASES]
    assert all(len(row) == 7 and row[6] for row in rows)


def test_the_table_of_kinds_is_what_the_loop_does() -> None:
    rows = table("The kinds of failure")

    assert {row[0] for row in rows} == set(FailureKind)
    for kind, outcome, calls, charge, *_ in rows:
        treatment = TREATMENTS[FailureKind(kind)]
        assert (outcome, calls, charge) == (treatment.outcome, str(treatment.max_calls), treatment.charge), kind
        assert treatment.is_retryable is (calls != "1")
        assert treatment.is_chargeable is (charge != "none")
        assert treatment.is_refusal is (kind == "refused")


def test_every_provider_service_is_in_the_kit() -> None:
    services = {member.name for member in members() if member.name.startswith("provider-")}

    assert {f"provider-{provider.name}" for provider in PROVIDERS} == services


PATHS = sorted(set(re.findall(r"`((?:[\w.-]+/)+[\w.-]+)`", NEW_PROVIDER_PAGE)))


@pytest.mark.parametrize("path", [path for path in PATHS if "NAME" not in path])
def test_every_file_that_the_page_for_new_providers_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()
