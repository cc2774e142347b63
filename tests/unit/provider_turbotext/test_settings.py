"""What the service is told, and what it warns of."""

import pytest

from provider_turbotext.settings import Settings


def settings(**changes: str) -> Settings:
    given = {
        "amqp_url": "amqp://127.0.0.1:5672",
        "mongo_url": "mongodb://127.0.0.1/photochanger",
        "s3_url": "http://127.0.0.1:9000",
        "s3_access_key": "access",
        "s3_secret_key": "secret",
        "metrics_port": "0",
        "turbotext_api_key": "canary-key",
    }
    return Settings.model_validate(given | changes)


@pytest.mark.parametrize(
    ("public", "turbotext", "cannot"),
    [
        ("http://127.0.0.1:8080", "https://www.turbotext.ru", True),
        ("http://localhost:8080", "https://www.turbotext.ru", True),
        ("http://[::1]:8080", "https://www.turbotext.ru", True),
        ("https://booth.example", "https://www.turbotext.ru", False),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8090", False),
    ],
)
def test_a_far_turbotext_cannot_fetch_from_this_machines_own_address(
    public: str, turbotext: str, *, cannot: bool
) -> None:
    given = settings(photochanger_public_base_url=public, turbotext_base_url=turbotext)

    assert given.inputs_cannot_be_fetched is cannot


def test_results_come_from_turbotext_only_unless_told_otherwise() -> None:
    assert settings().turbotext_result_hosts == ("turbotext.ru",)
    assert settings(turbotext_result_hosts="a.example, b.example").turbotext_result_hosts == ("a.example", "b.example")


def test_the_key_is_not_in_what_is_printed_at_start() -> None:
    assert "canary-key" not in str(settings().model_dump(mode="json"))
