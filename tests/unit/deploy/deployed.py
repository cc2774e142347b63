"""What is deployed: the services' settings, the compose file and the chart's values, as these tests look at them."""

import importlib
import inspect
from pathlib import Path
from typing import Any

import yaml
from pydantic_settings import BaseSettings

ROOT = Path(__file__).parents[3]
#: No deployment may name them (`photochanger/failpoints.py`).
TEST_ONLY = frozenset({"PHOTOCHANGER_TEST_STACK", "PHOTOCHANGER_FAILPOINTS"})
SERVICES = sorted(file.parent.name for file in ROOT.glob("services/*/pyproject.toml"))


def variables(service: str) -> dict[str, str]:
    """The service's environment variables with their defaults, "" without one; not those for test stacks."""
    module = importlib.import_module(f"{service.replace('-', '_')}.settings")
    [model] = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, BaseSettings) and value.__module__ == module.__name__
    ]
    named = {name.upper(): _default(field.get_default()) for name, field in model.model_fields.items()}
    return {name: default for name, default in named.items() if name not in TEST_ONLY}


def _default(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    is_simple = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(getattr(value, "value", value)) if is_simple else ""


def compose() -> dict[str, Any]:
    """docker-compose.yml with its anchors merged."""
    loaded = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert isinstance(loaded, dict)
    return loaded


def chart_values() -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / "deploy" / "k8s" / "values.yaml").read_text())
    assert isinstance(loaded, dict)
    return loaded


def all_variables() -> set[str]:
    return {name for service in SERVICES for name in variables(service)}


def defaults(variable: str) -> set[str]:
    """What it is in the services that read it when nobody sets it; "" for nothing."""
    return {variables(service)[variable] for service in SERVICES if variable in variables(service)}
