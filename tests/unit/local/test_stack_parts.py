"""What each service gets to know."""

from pathlib import Path

import pytest

from deploy.local.credentials import keep_credentials
from deploy.local.errors import StackError
from deploy.local.layout import CHECKOUT, Layout
from deploy.local.part import Part
from deploy.local.ports import read_ports
from deploy.local.server_tools import ServerTools
from deploy.local.stack_parts import StackParts
from deploy.local.summary import summary_lines

TOOLS = ServerTools(Path("/rabbitmq-server"), Path("/epmd"), Path("/mongod"), Path("/minio"))


def _parts(tmp_path: Path, environ: dict[str, str]) -> dict[str, Part]:
    layout = Layout(CHECKOUT, tmp_path / "home", tmp_path / "cache")
    stack = StackParts(layout, read_ports(environ), keep_credentials(layout.secrets), environ=environ)
    return {part.name: part for part in stack.everything(TOOLS)}


def test_without_a_key_the_sandbox_stands_in_for_the_provider(tmp_path: Path) -> None:
    env = _parts(tmp_path, {"SANDBOX_PORT": "9090"})["provider-gemini"].env

    assert env["GEMINI_BASE_URL"] == "http://127.0.0.1:9090"
    assert env["GEMINI_API_KEY"]


def test_a_key_of_the_callers_goes_to_its_provider_and_nowhere_else(tmp_path: Path) -> None:
    parts = _parts(tmp_path, {"GEMINI_API_KEY": "canary"})

    assert parts["provider-gemini"].env["GEMINI_API_KEY"] == "canary"
    assert "GEMINI_BASE_URL" not in parts["provider-gemini"].env
    assert [name for name, part in parts.items() if "canary" in part.env.values()] == ["provider-gemini"]


def test_a_compatible_server_can_be_named_without_a_key(tmp_path: Path) -> None:
    env = _parts(tmp_path, {"GEMINI_BASE_URL": "http://127.0.0.1:7000"})["provider-gemini"].env

    assert env["GEMINI_BASE_URL"] == "http://127.0.0.1:7000"


@pytest.mark.parametrize(
    "name", ["PHOTOCHANGER_PUBLIC_BASE_URL", "PHOTOCHANGER_SECRET_KEY", "TRUSTED_PROXIES", "LOG_LEVEL"]
)
def test_what_the_caller_sets_wins(tmp_path: Path, name: str) -> None:
    assert _parts(tmp_path, {name: "mine"})["ingest-gateway"].env[name] == "mine"


def test_the_callers_broker_settings_do_not_reach_ours(tmp_path: Path) -> None:
    env = _parts(tmp_path, {"RABBITMQ_NODENAME": "production@host", "ERL_FLAGS": "-x"})["rabbitmq"].env

    assert env["RABBITMQ_NODENAME"] == "photochanger@localhost"
    assert "ERL_FLAGS" not in env


def test_only_the_admin_api_learns_the_first_administrators_password(tmp_path: Path) -> None:
    parts = _parts(tmp_path, {})

    assert [name for name, part in parts.items() if "ADMIN_PASSWORD" in part.env] == ["admin-api"]


def test_the_admin_api_serves_the_ui_that_was_built_here(tmp_path: Path) -> None:
    parts = _parts(tmp_path, {"WEB_FOLDER": "/somewhere/else"})

    assert parts["admin-api"].env["WEB_FOLDER"] == str(CHECKOUT / "web" / "dist")


def test_every_need_is_a_part(tmp_path: Path) -> None:
    parts = _parts(tmp_path, {})

    assert {need for part in parts.values() for need in part.needs} <= set(parts)


@pytest.mark.parametrize(
    ("environ", "is_warned"),
    [
        ({}, False),
        ({"TURBOTEXT_API_KEY": "k"}, True),
        ({"TURBOTEXT_API_KEY": "k", "PHOTOCHANGER_PUBLIC_BASE_URL": "https://booth.example"}, False),
        ({"TURBOTEXT_API_KEY": "k", "TURBOTEXT_BASE_URL": "http://127.0.0.1:7000"}, False),
    ],
)
def test_a_real_turbotext_that_cannot_fetch_our_photos_is_warned_of(
    tmp_path: Path, environ: dict[str, str], *, is_warned: bool
) -> None:
    layout = Layout(CHECKOUT, tmp_path / "home", tmp_path / "cache")
    credentials = keep_credentials(layout.secrets)
    parts = StackParts(layout, read_ports(environ), credentials, environ=environ)

    said = "\n".join(summary_lines(layout, parts, credentials, ("demo",)))

    assert ("PHOTOCHANGER_PUBLIC_BASE_URL" in said) is is_warned


def test_without_a_key_the_sandbox_is_turbotext_too_and_fetches_photos_on_this_machine(tmp_path: Path) -> None:
    environ = {"SANDBOX_PORT": "9090", "PHOTOCHANGER_PUBLIC_BASE_URL": "https://booth.example"}
    env = _parts(tmp_path, environ)["provider-turbotext"].env

    assert env["TURBOTEXT_BASE_URL"] == "http://127.0.0.1:9090"
    assert env["TURBOTEXT_API_KEY"]
    assert env["PHOTOCHANGER_PUBLIC_BASE_URL"] == "http://127.0.0.1:8080"


def test_a_real_provider_is_given_the_outside_address(tmp_path: Path) -> None:
    environ = {"TURBOTEXT_API_KEY": "canary", "PHOTOCHANGER_PUBLIC_BASE_URL": "https://booth.example"}

    assert (
        _parts(tmp_path, environ)["provider-turbotext"].env["PHOTOCHANGER_PUBLIC_BASE_URL"] == "https://booth.example"
    )


def test_every_provider_is_started_unless_some_are_chosen(tmp_path: Path) -> None:
    everything, chosen = _parts(tmp_path, {}), _parts(tmp_path, {"PHOTOCHANGER_PROVIDERS": " gemini, turbotext "})

    assert set(everything) - set(chosen) == {"provider-openai"}
    assert {"provider-gemini", "provider-turbotext", "ingest-gateway", "sandbox"} <= set(chosen)


def test_a_provider_that_there_is_not_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="PHOTOCHANGER_PROVIDERS knows gemini, openai, turbotext, not midday") as told:
        _parts(tmp_path, {"PHOTOCHANGER_PROVIDERS": "gemini,midday"})

    assert told.value.exit_code == 78


def test_without_a_key_the_sandbox_is_openai_too_and_a_key_goes_nowhere_else(tmp_path: Path) -> None:
    played = _parts(tmp_path, {"SANDBOX_PORT": "9090"})["provider-openai"].env
    parts = _parts(tmp_path, {"OPENAI_API_KEY": "canary"})

    assert (played["OPENAI_BASE_URL"], bool(played["OPENAI_API_KEY"])) == ("http://127.0.0.1:9090", True)
    assert [name for name, part in parts.items() if "canary" in part.env.values()] == ["provider-openai"]
