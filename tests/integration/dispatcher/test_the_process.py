"""The dispatcher as a process: what it waits for, how it stops, what it says of wrong settings."""

import subprocess
import sys
from collections.abc import Mapping

import pytest

from deploy.local.ports import free_port_block
from tests.service_process import running_service, service_environment


def test_it_stops_orderly_when_asked(settings: Mapping[str, str]) -> None:
    with running_service("dispatcher", settings) as service:
        assert service.terminate(within_seconds=5) == 0


def test_with_no_server_up_it_waits_says_for_what_and_still_stops_when_asked(settings: Mapping[str, str]) -> None:
    nothing = free_port_block(1)
    broken = {
        **settings,
        "AMQP_URL": f"amqp://guest:guest@127.0.0.1:{nothing}/",
        "MONGO_URL": f"mongodb://127.0.0.1:{nothing}/photochanger",
    }
    with running_service("dispatcher", broken, wait=False) as service:
        missing = None
        while missing is None:
            missing = service.readiness()

        assert set(missing) == {"database", "broker", "preparation"}
        assert service.terminate(within_seconds=5) == 0


@pytest.mark.parametrize(
    ("variable", "value"), [("MONGO_URL", "http://x/"), ("AMQP_URL", ""), ("METRICS_PORT", "many")]
)
def test_a_wrong_setting_is_one_line_that_names_it(settings: Mapping[str, str], variable: str, value: str) -> None:
    environment = service_environment({**settings, "METRICS_PORT": "0", variable: value})

    ended = subprocess.run(
        [sys.executable, "-m", "dispatcher"], env=environment, capture_output=True, text=True, timeout=20, check=False
    )

    assert ended.returncode == 78
    assert len(ended.stderr.splitlines()) == 1
    assert variable in ended.stderr
