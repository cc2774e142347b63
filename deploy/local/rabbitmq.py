"""An own RabbitMQ node with an own epmd, all on loopback."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.part import LOOPBACK, Part, answers_greeting, is_listening
from deploy.local.server_tools import ServerTools

AMQP_0_9_1 = b"AMQP\x00\x00\x09\x01"
METHOD_FRAME = b"\x01"


@dataclass(frozen=True)
class RabbitmqPlace:
    folder: Path
    user: str
    password: str
    amqp_port: int
    epmd_port: int
    distribution_port: int

    @property
    def url(self) -> str:
        return f"amqp://{self.user}:{self.password}@{LOOPBACK}:{self.amqp_port}/"


def rabbitmq_parts(place: RabbitmqPlace, tools: ServerTools, *, environ: Mapping[str, str]) -> tuple[Part, Part]:
    """epmd, then the broker.

    epmd runs in our foreground, because one that Erlang starts detaches itself and outlives the broker.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith(("RABBITMQ_", "ERL_", "NOTIFY_"))}
    env = kept | {"ERL_EPMD_PORT": str(place.epmd_port), "ERL_EPMD_ADDRESS": LOOPBACK, "HOME": str(place.folder)}
    epmd = Part(
        name="epmd",
        command=(str(tools.epmd), "-address", LOOPBACK, "-port", str(place.epmd_port)),
        env=env,
        is_ready=lambda: is_listening(place.epmd_port),
        is_listed=False,
        grace_seconds=3,
    )
    broker = Part(
        name="rabbitmq",
        command=(str(tools.rabbitmq_server),),
        env=env | _broker_env(place),
        is_ready=lambda: answers_greeting(place.amqp_port, AMQP_0_9_1, METHOD_FRAME),
        needs=("epmd",),
        prepare=lambda: _write_config(place),
    )
    return epmd, broker


def _broker_env(place: RabbitmqPlace) -> dict[str, str]:
    folder = place.folder
    return {
        "RABBITMQ_NODENAME": "photochanger@localhost",
        "RABBITMQ_MNESIA_BASE": f"{folder}/data",
        "RABBITMQ_LOG_BASE": f"{folder}/log",
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
        "RABBITMQ_CONF_ENV_FILE": f"{folder}/empty.conf",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
        "RABBITMQ_GENERATED_CONFIG_DIR": f"{folder}/generated",
        "RABBITMQ_PID_FILE": f"{folder}/pid",
        "RABBITMQ_DIST_PORT": str(place.distribution_port),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        "ERL_CRASH_DUMP": f"{folder}/log/erl_crash.dump",
        # The start script then becomes the broker instead of waiting for it: its pid is the broker's.
        "RUNNING_UNDER_SYSTEMD": "true",
    }


def _write_config(place: RabbitmqPlace) -> None:
    for folder in (place.folder, place.folder / "log"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = place.folder / "rabbitmq.conf"
    config.touch(mode=0o600)
    config.write_text(
        f"listeners.tcp.local = {LOOPBACK}:{place.amqp_port}\n"
        f"default_user = {place.user}\n"
        f"default_pass = {place.password}\n"
        "disk_free_limit.absolute = 256MB\n"
        "log.console.level = info\n"
    )
    (place.folder / "empty.conf").touch()
    (place.folder / "enabled_plugins").write_text("[].\n")
