import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from photochanger import failpoints
from photochanger.failpoints import ArmedFailpoints, FailpointReached, Order, failpoint_of, parse_orders
from tests.unit.deploy.deployed import ROOT, TEST_ONLY

TEST_STACK = {failpoints.TEST_STACK_VARIABLE: "yes"}


def test_orders_are_read_as_name_action_and_pass() -> None:
    orders = parse_orders("provider.after_call=kill@2; gateway.waiting=sleep:0.5;janitor.mid_batch=raise")

    assert orders == {
        "provider.after_call": Order("provider.after_call", "kill", 2),
        "gateway.waiting": Order("gateway.waiting", "sleep", 1, 0.5),
        "janitor.mid_batch": Order("janitor.mid_batch", "raise"),
    }
    assert parse_orders("; ".join(map(str, orders.values()))) == orders


@pytest.mark.parametrize("text", ["provider.after_call", "x=kill", "a.b=explode", "a.b=kill@0", "a.b=sleep"])
def test_what_is_no_order_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no failpoint order"):
        parse_orders(text)


def test_unset_nothing_is_looked_at() -> None:
    assert failpoint_of({}) is failpoints._pass_by
    assert failpoint_of({failpoints.VARIABLE: ""}) is failpoints._pass_by


def test_this_very_process_has_no_failpoints() -> None:
    assert failpoints.failpoint is failpoints._pass_by


def test_it_happens_at_the_nth_pass_and_only_once() -> None:
    armed = ArmedFailpoints("a.b=raise@2")

    armed.reach("a.b")
    armed.reach("a.other")
    with pytest.raises(FailpointReached, match=r"a\.b"):
        armed.reach("a.b")
    armed.reach("a.b")
    armed.reach("a.b")


def test_a_running_process_is_armed_through_its_file_and_what_was_reached_leaves_the_file(tmp_path: Path) -> None:
    file = tmp_path / "points"
    armed = ArmedFailpoints(f"@{file}")
    armed.reach("a.b")

    file.write_text("a.b=raise@2; a.c=raise")
    armed.reach("a.b")
    with pytest.raises(FailpointReached):
        armed.reach("a.b")

    assert file.read_text() == "a.c=raise@1"
    ArmedFailpoints(f"@{file}").reach("a.b")


@pytest.mark.parametrize(
    ("environ", "word"),
    [
        ({failpoints.VARIABLE: "a.b=kill"}, "only for tests"),
        ({failpoints.VARIABLE: "a.b=kill", failpoints.TEST_STACK_VARIABLE: "no"}, "only for tests"),
        (TEST_STACK | {failpoints.VARIABLE: "a.b"}, "no failpoint order"),
    ],
)
def test_a_service_outside_a_test_stack_refuses_to_start_with_failpoints(
    environ: dict[str, str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        failpoint_of(environ)

    assert ended.value.code == 78
    assert word in capsys.readouterr().err


def run_point(order: str) -> subprocess.Popen[bytes]:
    program = "from photochanger.failpoints import failpoint; failpoint('a.b'); print('past', flush=True)"
    environ = {"PYTHONPATH": str(ROOT / "shared"), failpoints.VARIABLE: order, **TEST_STACK}
    return subprocess.Popen(
        [sys.executable, "-c", program], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_kill_is_a_kill_that_nothing_can_catch() -> None:
    with run_point("a.b=kill") as process:
        out, errors = process.communicate()

    assert process.returncode == -signal.SIGKILL
    assert (out, b"failpoint_reached" in errors) == (b"", True)


def test_a_stopped_process_goes_on_when_it_is_continued() -> None:
    with run_point("a.b=stop") as process:
        while Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "T":
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGCONT)
        out, _ = process.communicate()

    assert (process.returncode, out) == (0, b"past\n")


def test_no_deployment_sets_what_only_tests_may() -> None:
    deployed = [ROOT / "docker-compose.yml", ROOT / ".env.example", ROOT / "Dockerfile", *(ROOT / "deploy").rglob("*")]
    texts = {file: file.read_text() for file in deployed if file.is_file() and file.suffix not in {".jpg", ".pyc"}}

    assert len(texts) > 20
    assert [str(file) for file, text in texts.items() if any(name in text for name in TEST_ONLY)] == []
