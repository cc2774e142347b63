import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.deploy.deployed import ROOT, SERVICES, all_variables, chart_values, variables

VALUES = chart_values()
SCHEMA = json.loads((ROOT / "deploy" / "k8s" / "values.schema.json").read_text())
#: What the chart computes for every service that has it.
SET_BY_CHART = {"LISTEN_HOST", "METRICS_PORT", "S3_URL"}


def given(service: str) -> set[str]:
    entry = VALUES["services"][service]
    return {*entry["settings"], *entry["secretKeys"], *entry["providerKeys"], *filter(None, [entry["portVariable"]])}


def objects(schema: object) -> Iterator[dict[str, Any]]:
    """Every part of the schema that describes an object with named properties."""
    if isinstance(schema, dict):
        if "properties" in schema and isinstance(schema.get("type"), str):
            yield schema
        for value in schema.values():
            yield from objects(value)


def test_every_service_has_its_entry() -> None:
    assert sorted(VALUES["services"]) == sorted([*SERVICES, "web"])


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_of_a_service_is_in_its_entry(service: str) -> None:
    needed = set(variables(service)) - SET_BY_CHART

    assert needed - given(service) == set()
    assert given(service) - all_variables() == set()


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_secret_comes_from_a_secret(service: str) -> None:
    secret = re.compile(r"_(KEY|PASSWORD)$|^(AMQP|MONGO)_URL$")

    assert [name for name in VALUES["services"][service]["settings"] if secret.search(name)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_pod_has_time_for_the_photos_inside(service: str) -> None:
    least = 90 if service == "ingest-gateway" or service.startswith("provider-") else 30

    assert VALUES["services"][service]["terminationGracePeriodSeconds"] >= least


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_connect_to_what_it_has_the_address_of(service: str) -> None:
    entry = VALUES["services"][service]
    addresses = {"AMQP_URL": "rabbitmq", "MONGO_URL": "mongodb", "S3_ACCESS_KEY": "minio"}

    known = {server for variable, server in addresses.items() if variable in entry["secretKeys"]}

    assert known == set(entry["connects"]) & set(addresses.values())
    assert ("internet" in entry["connects"]) is bool(entry["providerKeys"])


def test_the_schema_refuses_values_that_the_chart_does_not_know() -> None:
    described = list(objects(SCHEMA))

    assert len(described) > 10
    assert [part for part in described if part.get("additionalProperties") is not False] == []


def test_every_value_is_in_the_schema() -> None:
    assert set(VALUES) == set(SCHEMA["properties"]) - {"global"}
