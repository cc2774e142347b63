"""Debian packages: nothing of them is ever started, and without root the one command is named."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.local.fetch_debian import POLICY_TEXT, services_stay_off

FOREIGN = "#!/bin/sh\nexit 0\n"


@pytest.fixture
def policy(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "policy-rc.d"
    assert {file.name for file in tmp_path.iterdir()} <= {"policy-rc.d"}


def test_no_service_starts_during_the_installation(policy: Path) -> None:
    with services_stay_off(policy):
        during = policy.read_text()
        mode = policy.stat().st_mode & 0o777

    assert during.endswith("exit 101\n")
    assert mode == 0o755
    assert not policy.exists()


def test_the_machines_own_policy_is_put_back_even_after_an_error(policy: Path) -> None:
    policy.write_text(FOREIGN)

    with suppress(OSError), services_stay_off(policy):
        raise OSError("apt-get broke")

    assert policy.read_text() == FOREIGN


def test_a_policy_that_a_killed_installation_left_is_not_kept(policy: Path) -> None:
    policy.write_text(POLICY_TEXT)

    with services_stay_off(policy):
        pass

    assert not policy.exists()


def test_after_a_killed_installation_the_machines_own_policy_comes_back(policy: Path) -> None:
    policy.write_text(POLICY_TEXT)
    policy.with_name("policy-rc.d.before-photochanger").write_text(FOREIGN)

    with services_stay_off(policy):
        pass

    assert policy.read_text() == FOREIGN
