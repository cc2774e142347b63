"""Tables for people, JSON for machines."""

import io
import json

import pytest

from photochanger_cli.command_line import build_parser
from photochanger_cli.output import Output

ROWS = [{"id": "a", "is_active": True, "name": None}, {"id": "longer", "is_active": False, "name": "x" * 90}]


def said(*, is_json: bool) -> str:
    out = io.StringIO()
    Output(is_json=is_json, out=out).table(ROWS, ("id", "is_active", "name"))
    return out.getvalue()


def test_a_table_has_its_columns_in_line() -> None:
    lines = said(is_json=False).splitlines()

    assert lines[0] == "ID      IS ACTIVE  NAME"
    assert lines[1] == "a       yes        -"
    assert lines[2].startswith("longer  no         xxx")
    assert lines[2].endswith("x…")


def test_machines_get_every_field_as_it_came() -> None:
    assert json.loads(said(is_json=True)) == ROWS


def test_what_a_terminal_obeys_is_not_printed() -> None:
    out = io.StringIO()

    Output(is_json=False, out=out).line("booth \x1b[2J\rhidden \u202e")

    assert out.getvalue() == "booth ?[2J?hidden ?\n"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["preflight"],
        ["slots"],
        ["slots", "list"],
        ["jobs", "list"],
        ["jobs", "cancel"],
        ["users", "create"],
        ["slots", "export"],
        ["slots", "import"],
        ["deadletters"],
        ["deadletters", "list"],
        ["deadletters", "replay"],
        ["backup"],
        ["restore"],
    ],
)
def test_every_command_explains_itself(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args([*words, "--help"])

    assert ended.value.code == 0
    assert "usage: photochanger" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["slots"], ["unheard-of"], ["slots", "show"], ["--token", "x", "slots", "list"]])
def test_a_wrong_line_is_exit_code_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(words)

    assert ended.value.code == 2
