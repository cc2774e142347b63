"""Everything the sandbox reads from its environment."""

from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from sandbox.behaviours import Behaviour
from sandbox.scenarios import CALM, SCENARIOS

PictureFormat = Literal["model", "png", "jpeg", "mixed"]


def _known_scenario(name: str) -> str:
    if name not in SCENARIOS:
        raise ValueError(f"must be one of {', '.join(SCENARIOS)}")
    return name


class SandboxSettings(BaseSettings):
    """The sandbox's settings; each field's name in capitals is its variable."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    listen_host: IPv4Address | IPv6Address = IPv4Address("127.0.0.1")
    #: The Gemini API and the control endpoints; 0 takes a free port.
    sandbox_port: int = Field(default=8090, ge=0, le=65535)
    #: `/health/*` and `/metrics`; 0 takes a free port.
    metrics_port: int = Field(default=8091, ge=0, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    #: Same seed, same calls in the same order: same latencies and picture formats.
    sandbox_seed: int = 1
    sandbox_latency_seconds: float = Field(default=1.5, ge=0, le=600)
    sandbox_latency_jitter_seconds: float = Field(default=0.3, ge=0, le=600)
    #: What a call gets when neither its prompt nor a rule says otherwise.
    sandbox_behaviour: Behaviour = Behaviour.OK
    #: `model` answers as each model does, `mixed` is a seeded choice per picture.
    #: The scenario to begin with, and to come back to.
    sandbox_scenario: Annotated[str, AfterValidator(_known_scenario)] = CALM
    sandbox_picture_format: PictureFormat = "model"
    sandbox_draw_threads: int = Field(default=2, ge=1, le=64)
    sandbox_max_request_bytes: int = Field(default=104_857_600, ge=1024)
