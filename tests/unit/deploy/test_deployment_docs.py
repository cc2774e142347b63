import re

import pytest

from tests.unit.deploy.deployed import ROOT, all_variables, defaults

TEXT = (ROOT / "docs" / "deployment.md").read_text()
ROWS = {row[1]: row for row in re.finditer(r"^\| `([A-Z_0-9]+)` \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)}


def test_the_table_has_every_setting_and_no_other() -> None:
    assert set(ROWS) == all_variables()


@pytest.mark.parametrize("variable", sorted(all_variables()))
def test_the_default_in_the_table_is_the_one_in_force(variable: str) -> None:
    written = ROWS[variable][2]

    if written in {"required", "none"}:
        assert "" in defaults(variable)
    else:
        assert written.strip("`") in defaults(variable)
