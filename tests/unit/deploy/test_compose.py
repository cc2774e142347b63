import re
from typing import Any

import pytest

from tests.unit.deploy.deployed import ROOT, SERVICES, all_variables, compose, variables

CONTAINERS: dict[str, dict[str, Any]] = compose()["services"]
OURS = [name for name, container in CONTAINERS.items() if "build" in container]
TEXT = (ROOT / "docker-compose.yml").read_text()
EXAMPLE = dict(
    line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"[A-Z_0-9]+=", line)
)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_runs_its_own_image(service: str) -> None:
    container = CONTAINERS[service]

    assert container["build"] == {"context": ".", "args": {"SERVICE": service}}
    assert f"/{service}:" in container["image"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_of_a_service_is_given(service: str) -> None:
    given = set(CONTAINERS[service]["environment"])

    assert set(variables(service)) - given == set()
    assert given - all_variables() == set()


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_is_bounded_watched_and_given_time_to_end(name: str) -> None:
    container = CONTAINERS[name]

    assert set(container["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert container["stop_grace_period"] == "90s"
    is_once = container["restart"].startswith("on-failure")
    assert container["healthcheck"].get("disable", False) is is_once
    assert is_once or container["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_has_no_more_rights_than_it_needs(name: str) -> None:
    container = CONTAINERS[name]

    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in container
    assert name not in OURS or container["user"] == "10001:10001"


def test_only_the_gateway_and_the_web_ui_are_published_and_on_loopback_unless_told() -> None:
    published = {name: container["ports"] for name, container in CONTAINERS.items() if "ports" in container}

    assert set(published) == {"ingest-gateway", "web"}
    assert all(":-127.0.0.1}" in port for [port] in published.values())


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "sandbox"])
def test_a_service_waits_for_its_servers_to_be_ready(name: str) -> None:
    conditions = {need: how["condition"] for need, how in CONTAINERS[name]["depends_on"].items()}

    assert conditions["mongodb-prepared"] == "service_completed_successfully"
    assert {conditions["rabbitmq"], conditions["minio"]} == {"service_healthy"}


def test_only_what_speaks_to_the_world_is_on_a_network_that_reaches_it() -> None:
    outside = {name for name, container in CONTAINERS.items() if "outside" in container["networks"]}

    assert compose()["networks"]["inside"] == {"internal": True}
    assert outside == {
        "ingest-gateway",
        "admin-api",
        "web",
        *(name for name in SERVICES if name.startswith("provider-")),
    }


def test_every_word_that_compose_takes_from_outside_is_explained_in_the_example() -> None:
    taken = set(re.findall(r"\$\{([A-Z_0-9]+)", TEXT))

    assert taken == set(EXAMPLE) - {"COMPOSE_PROFILES"}


def test_no_secret_has_a_default() -> None:
    secrets = {name for name, value in EXAMPLE.items() if value == " # generated"}

    assert {"RABBITMQ_PASSWORD", "MONGODB_PASSWORD", "S3_SECRET_KEY", "PHOTOCHANGER_SECRET_KEY"} <= secrets
    assert [use for use in re.findall(r"\$\{([A-Z_0-9]+)(?!:\?|[A-Z_0-9])", TEXT) if use in secrets] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_default_written_in_the_example_is_the_service_s_own(service: str) -> None:
    given = {name for name, value in CONTAINERS[service]["environment"].items() if f"${{{name}:-" in value}
    ours = {name: default for name, default in variables(service).items() if default and name in given & set(EXAMPLE)}

    differing = {name for name, default in ours.items() if _number(EXAMPLE[name]) != _number(default)}
    assert differing - {f"{service.removeprefix('provider-').upper()}_BASE_URL"} == set()


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def test_what_compose_falls_back_to_is_what_the_example_says() -> None:
    fallbacks = set(re.findall(r"\$\{([A-Z_0-9]+):-([^${}]+)\}", TEXT))

    assert len(fallbacks) > 15
    assert {(name, value) for name, value in fallbacks if EXAMPLE[name] != value} == set()
