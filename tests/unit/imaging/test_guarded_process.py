"""A process that dies, hangs or swells harms neither the service nor the next call."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from photochanger.imaging.errors import UnreadablePicture
from photochanger.imaging.guarded_process import GuardedProcess
from tests.unit.imaging import hostile_tasks


@pytest.fixture
async def process() -> AsyncIterator[GuardedProcess]:
    guarded = GuardedProcess(task_seconds=0.5)
    yield guarded
    await guarded.close()


async def test_nothing_runs_before_the_first_use_or_after_the_end() -> None:
    guarded = GuardedProcess()
    before = set(psutil.Process().children())

    pid = await guarded.run(hostile_tasks.own_process)
    await guarded.close()

    assert before <= set(psutil.Process().children())
    assert not psutil.pid_exists(pid)


async def test_one_process_serves_call_after_call(process: GuardedProcess) -> None:
    first = await process.run(hostile_tasks.own_process)

    assert await process.run(hostile_tasks.own_process) == first


async def test_a_call_out_of_time_is_cut_off_and_the_next_works(process: GuardedProcess, tmp_path: Path) -> None:
    start = time.monotonic()
    with pytest.raises(UnreadablePicture, match="time"):
        await process.run(hostile_tasks.hang, tmp_path / "started")

    assert time.monotonic() - start < 2.5
    assert not psutil.pid_exists(int((tmp_path / "started").read_text()))
    assert await process.run(hostile_tasks.own_process)


async def test_a_call_that_takes_too_much_memory_is_refused_and_the_next_works(process: GuardedProcess) -> None:
    with pytest.raises(UnreadablePicture, match="memory"):
        await process.run(hostile_tasks.take_memory)

    assert await process.run(hostile_tasks.own_process)


async def test_a_picture_that_crashes_the_decoder_is_refused_and_the_next_works(process: GuardedProcess) -> None:
    with pytest.raises(UnreadablePicture):
        await process.run(hostile_tasks.crash)

    assert await process.run(hostile_tasks.own_process)


async def test_a_process_killed_at_work_costs_nothing_but_time(process: GuardedProcess, tmp_path: Path) -> None:
    assert await process.run(hostile_tasks.die_once, tmp_path / "died") == "done"


async def test_a_process_killed_while_idle_is_replaced(process: GuardedProcess) -> None:
    pid = await process.run(hostile_tasks.own_process)

    os.kill(pid, signal.SIGKILL)

    assert await process.run(hostile_tasks.own_process) != pid


async def test_a_cancelled_call_ends_its_process(process: GuardedProcess, tmp_path: Path) -> None:
    started = tmp_path / "started"
    guarded = GuardedProcess(task_seconds=30)
    call = asyncio.create_task(guarded.run(hostile_tasks.hang, started))
    async with asyncio.timeout(10):
        while not started.exists() or not started.read_text():
            await asyncio.sleep(0.01)

    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    assert not psutil.pid_exists(int(started.read_text()))


async def test_a_picture_larger_than_any_buffer_goes_there_and_back(process: GuardedProcess) -> None:
    picture = os.urandom(30_000_000)

    assert await process.run(bytes, picture) == picture


async def test_a_process_makes_five_hundred_calls_and_is_replaced(process: GuardedProcess) -> None:
    pids = [await process.run(hostile_tasks.own_process) for _ in range(501)]

    assert pids == pids[:1] * 500 + pids[-1:]
    assert pids[-1] != pids[0]
    assert not psutil.pid_exists(pids[0])


async def test_a_defect_comes_out_with_its_place_and_the_next_call_works(process: GuardedProcess) -> None:
    with pytest.raises(ZeroDivisionError) as defect:
        await process.run(divmod, 1, 0)

    assert "in _serve_one" in defect.value.__notes__[0]
    assert await process.run(hostile_tasks.own_process)


async def test_a_refusal_keeps_the_process(process: GuardedProcess) -> None:
    pid = await process.run(hostile_tasks.own_process)

    with pytest.raises(UnreadablePicture, match="broken"):
        await process.run(hostile_tasks.refuse)

    assert await process.run(hostile_tasks.own_process) == pid


SERVICE = """
import asyncio, os
from photochanger.imaging.guarded_process import GuardedProcess
async def main():
    print(await GuardedProcess().run(os.getpid), flush=True)
    await asyncio.sleep(60)
if __name__ == "__main__":
    asyncio.run(main())
"""


def test_the_process_dies_with_its_service(tmp_path: Path) -> None:
    script = tmp_path / "service.py"
    script.write_text(SERVICE)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=environment) as service:
        assert service.stdout is not None
        decoder = psutil.Process(int(service.stdout.readline()))

        service.kill()

    decoder.wait(timeout=5)


HANGING_SERVICE = """
import asyncio, pathlib, sys
from photochanger.imaging.guarded_process import GuardedProcess
from tests.unit.imaging import hostile_tasks
if __name__ == "__main__":
    asyncio.run(GuardedProcess(task_seconds=1).run(hostile_tasks.hang, pathlib.Path(sys.argv[1])))
"""


def test_a_process_that_hangs_dies_after_its_service_too(tmp_path: Path) -> None:
    script, started = tmp_path / "service.py", tmp_path / "started"
    script.write_text(HANGING_SERVICE)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, str(script), str(started)], env=environment) as service:
        while not started.exists() or not started.read_text():
            assert service.poll() is None
            time.sleep(0.01)
        decoder = psutil.Process(int(started.read_text()))

        service.kill()

    decoder.wait(timeout=5)


def test_the_image_libraries_stay_out_of_the_service() -> None:
    program = "import sys, photochanger.imaging.guarded_decode; print({'PIL', 'pillow_heif'} & sys.modules.keys())"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}

    loaded = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True).stdout

    assert loaded.strip() == b"set()"
