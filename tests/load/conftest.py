"""The gateway as its own process, as its integration tests start it."""

from tests.integration.gateway.conftest import database_url, gateway, shown_log, world

__all__ = ["database_url", "gateway", "shown_log", "world"]
