"""Runs the sandbox until it is told to stop."""

import asyncio
import logging
import signal
import sys

import structlog
from pydantic import ValidationError

from sandbox.app import PortTakenError, running_sandbox
from sandbox.settings import SandboxSettings

_EX_CONFIG = 78


def main() -> int:
    """Give the exit code: 0 after SIGTERM or SIGINT, 78 for a wrong setting."""
    try:
        settings = SandboxSettings()
        _log_as_json(settings.log_level)
        asyncio.run(_serve(settings))
    except ValidationError as error:
        problems = [f"{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors()]
        sys.stderr.write(f"sandbox: wrong setting {'; '.join(problems)}\n")
        return _EX_CONFIG
    except PortTakenError as error:
        sys.stderr.write(f"sandbox: wrong setting {error}\n")
        return _EX_CONFIG
    return 0


async def _serve(settings: SandboxSettings) -> None:
    log, stopped, loop = structlog.get_logger(), asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with running_sandbox(settings) as sandbox:
        log.info(
            "sandbox_started", url=sandbox.url, metrics_url=sandbox.metrics_url, **settings.model_dump(mode="json")
        )
        await stopped.wait()
    log.info("sandbox_stopped")


def _log_as_json(level: str) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
    )


if __name__ == "__main__":
    sys.exit(main())
