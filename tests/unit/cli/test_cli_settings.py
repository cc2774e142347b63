"""Where the command takes address and token from."""

from pathlib import Path

import pytest

from photochanger_cli.settings import DEFAULT_URL, Settings, WrongSettings, load_settings

TOKEN = "token-of-the-file"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cli.toml"
    path.write_text(f'url = "https://admin.example/"\ntoken = "{TOKEN}"\n')
    path.chmod(0o600)
    return path


def test_the_environment_wins_over_the_file(file: Path) -> None:
    named = {"PHOTOCHANGER_CLI_CONFIG": str(file)}

    assert load_settings(named) == Settings("https://admin.example", TOKEN)
    environ = named | {"PHOTOCHANGER_API_URL": "http://10.0.0.1:1", "PHOTOCHANGER_API_TOKEN": "other"}
    assert load_settings(environ) == Settings("http://10.0.0.1:1", "other")


def test_without_anything_it_is_the_machine_itself_and_no_token(tmp_path: Path) -> None:
    assert load_settings({"HOME": str(tmp_path), "PHOTOCHANGER_API_TOKEN": ""}).url == DEFAULT_URL


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o666])
def test_a_file_that_others_may_read_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)

    with pytest.raises(WrongSettings, match="chmod 600") as refused:
        load_settings({"PHOTOCHANGER_CLI_CONFIG": str(file)})

    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize("text", ["url = ", 'password = "x"', "token = 7", "\0"])
def test_a_file_that_is_no_configuration_is_refused(file: Path, text: str) -> None:
    file.write_text(text)

    with pytest.raises(WrongSettings):
        load_settings({"PHOTOCHANGER_CLI_CONFIG": str(file)})


@pytest.mark.parametrize(
    "environ",
    [
        {"PHOTOCHANGER_API_URL": "admin.example"},
        {"PHOTOCHANGER_API_URL": "ftp://admin.example"},
        {"PHOTOCHANGER_API_URL": "http://admin:secret@admin.example"},
        {"PHOTOCHANGER_API_TOKEN": "two words"},
        {"PHOTOCHANGER_CLI_CONFIG": "/nowhere/cli.toml"},
    ],
)
def test_a_wrong_variable_is_named(environ: dict[str, str]) -> None:
    with pytest.raises(WrongSettings, match=r"PHOTOCHANGER_|token") as refused:
        load_settings(environ)

    assert "secret" not in str(refused.value)


def test_the_token_is_not_shown() -> None:
    assert TOKEN not in repr(Settings("http://a", TOKEN))
