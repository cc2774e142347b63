import pytest

from photochanger.settings import (
    BrokerSettings,
    CommaSeparated,
    MongoSettings,
    OperationsSettings,
    SecretKeySettings,
    StoreSettings,
    load_settings,
)


class Settings(BrokerSettings, MongoSettings, StoreSettings, SecretKeySettings, OperationsSettings):
    trusted_proxies: CommaSeparated = ()


RIGHT = {
    "AMQP_URL": "amqp://booth:rabbit-secret@127.0.0.1:5672/",
    "MONGO_URL": "mongodb://booth:mongo-secret@127.0.0.1:27017/photochanger",
    "S3_URL": "http://127.0.0.1:9000/",
    "S3_ACCESS_KEY": "access-secret",
    "S3_SECRET_KEY": "store-secret",
    "PHOTOCHANGER_SECRET_KEY": "platform-secret-platform-secret-1",
    "METRICS_PORT": "18100",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def refusal(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as exit_:
        load_settings(Settings, "ingest-gateway")

    assert exit_.value.code == 78
    return capsys.readouterr().err


@pytest.mark.parametrize("variable", sorted(RIGHT))
def test_a_missing_variable_is_one_line_that_names_it(
    variable: str, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.delenv(variable)

    assert refusal(capsys) == f"ingest-gateway: {variable}: is not set\n"


def test_an_empty_variable_counts_as_missing(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("AMQP_URL", "")

    assert refusal(capsys) == "ingest-gateway: AMQP_URL: is not set\n"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AMQP_URL", "http://rabbit-secret"),
        ("MONGO_URL", "mongodb://booth:mongo-secret@127.0.0.1:27017/"),
        ("MONGO_URL", "mongo-secret"),
        ("S3_URL", "127.0.0.1:9000"),
        ("METRICS_PORT", "seventy-secret"),
        ("METRICS_PORT", "70000"),
        ("LOG_LEVEL", "secret-level"),
        ("PHOTOCHANGER_SECRET_KEY", "short-secret"),
    ],
)
def test_a_wrong_variable_is_named_and_its_value_is_not_shown(
    variable: str, value: str, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv(variable, value)

    line = refusal(capsys)

    assert line.startswith(f"ingest-gateway: {variable}: ")
    assert line.count("\n") == 1
    assert "secret" not in line.lower().replace("photochanger_secret_key", "")


def test_every_fault_is_in_the_same_line(environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    environment.delenv("AMQP_URL")
    environment.setenv("METRICS_PORT", "x")

    line = refusal(capsys)

    assert "AMQP_URL" in line
    assert "METRICS_PORT" in line
    assert line.count("\n") == 1


def test_the_settings_are_logged_without_a_secret(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1")

    settings = load_settings(Settings, "ingest-gateway")

    assert settings.trusted_proxies == ("10.0.0.0/8", "127.0.0.1")
    assert settings.s3_url == "http://127.0.0.1:9000"
    logged = capsys.readouterr().out
    assert '"event":"settings_loaded"' in logged
    assert "18100" in logged
    assert "-secret" not in logged
