"""Passwords, origins and what a browser calls itself, without a database."""

import re
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from pydantic import TypeAdapter, ValidationError

from admin_api.accounts.log_in import Client
from admin_api.accounts.password_rules import COMMON, password_fault
from admin_api.accounts.passwords import MIN_PASSWORD_LENGTH, NewPassword, Passwords, one_time_password
from admin_api.rest.cors import Cors
from admin_api.settings import Settings
from photochanger.domain.api_token import API_TOKEN, new_api_token
from photochanger.domain.user import Role
from photochanger.infrastructure.credential_rows import CURSOR_PATTERN, cursor_of, older_than


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("Password1234", "is one of the most common"),
        ("ПАРОЛЬ123456", "is one of the most common"),  # noqa: RUF001 - Russian
        ("the Ann-Marie show", "holds the login"),
        ("aaaaaaaaaaaabbb", "has fewer than 5 different characters"),
        ("correct horse battery", None),
    ],
)
def test_what_anybody_would_try_first_is_no_password(password: str, fault: str | None) -> None:
    wrong = password_fault(password, login="ann-marie")

    assert (wrong and wrong.detail) == fault


def test_a_login_of_two_letters_may_be_part_of_a_word() -> None:
    assert password_fault("an ordinary horse", login="an") is None


def test_the_common_passwords_are_those_that_would_pass_otherwise() -> None:
    for password in COMMON:
        assert password == password.casefold()
        TypeAdapter(NewPassword).validate_python(password)


def test_one_time_passwords_pass_and_differ() -> None:
    made = {one_time_password() for _ in range(100)}

    assert len(made) == 100
    assert all(len(password) >= MIN_PASSWORD_LENGTH for password in made)
    assert not any(set("01oil") & set(password) for password in made)


async def test_hashes_are_argon2id_of_64_mib_in_three_rounds() -> None:
    assert (await Passwords().hash("correct horse battery")).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_what_a_program_calls_itself_is_cut_and_cleaned() -> None:
    client = Client.of("192.0.2.1", "Mozilla\x00/5.0\u202e\udcff " + "x" * 5_000)

    assert client.user_agent.startswith("Mozilla /5.0   xxx")
    assert len(client.user_agent) == 200


def test_the_lower_role_counts() -> None:
    assert Role.ADMIN.at_most(Role.VIEWER) is Role.VIEWER
    assert Role.VIEWER.at_most(Role.ADMIN) is Role.VIEWER
    assert Role.OPERATOR.at_most(Role.OPERATOR) is Role.OPERATOR


def test_a_scripts_token_is_recognised_and_nothing_else_of_ours() -> None:
    assert API_TOKEN.fullmatch(new_api_token())
    assert not API_TOKEN.search("photochanger_public_base_url photochanger_session")


HEX = "ab" * 16


@pytest.mark.parametrize("cursor", ["", "-", "x-ab", f"1-{HEX}0", f"-1-{HEX}", "9" * 15 + f"-{HEX}"])
def test_what_is_no_place_has_not_the_form_of_a_cursor(cursor: str) -> None:
    assert re.search(CURSOR_PATTERN, cursor) is None
    assert re.search(CURSOR_PATTERN, cursor_of(datetime.now(UTC), HEX * 2))


def test_a_cursor_holds_the_moment_to_the_millisecond() -> None:
    moment = datetime(2026, 11, 28, 22, 15, 7, 123_000, tzinfo=UTC)

    [_, same_moment] = older_than(cursor_of(moment, "ab" * 32))["$or"]

    assert same_moment == {"created_at": moment, "_id": {"$lt": "ab" * 16}}


async def test_without_allowed_origins_no_page_is_told_anything() -> None:
    request = make_mocked_request("GET", "/api/v1/slots", headers={"Origin": "https://admin.example"})
    response = web.Response()

    await Cors().name_origin(request, response)

    assert not [name for name in response.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(
    "origins",
    ["*", "null", "admin.example", "https://admin.example/", "https://*.example", "https://Admin.example", "ftp://x"],
)
def test_an_allowed_origin_is_exact(origins: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_ALLOWED_ORIGINS", origins)

    with pytest.raises(ValidationError) as refused:
        Settings()

    assert ("admin_allowed_origins",) in [fault["loc"] for fault in refused.value.errors()]
