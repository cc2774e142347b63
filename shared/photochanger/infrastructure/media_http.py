"""The HTTP connections to the object store: short connects, bounded reads and writes, one retry on a reset."""

from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Retry, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.exceptions import TimeoutError as AnyTimeout

if TYPE_CHECKING:
    from http.client import _DataType

    _Body: TypeAlias = _DataType | str

CONNECT_SECONDS = 1.0
#: For each wait for the server's next bytes, and for sending one body whole.
TRANSFER_SECONDS = 5.0


class _SendingConnection(HTTPConnection):
    """Gives a body its own time; urllib3 would send it whole within the connect time-out."""

    def send(self, data: "_Body") -> None:
        if self.sock is not None:
            self.sock.settimeout(TRANSFER_SECONDS)
        super().send(data)


class _SendingTlsConnection(HTTPSConnection):
    def send(self, data: "_Body") -> None:
        if self.sock is not None:
            self.sock.settimeout(TRANSFER_SECONDS)
        super().send(data)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _SendingConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _SendingTlsConnection


class OneRetry(Retry):
    """Repeats an idempotent call once after a refused or broken connection, never after a time-out."""

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        # a refused connection counts as a time-out in urllib3's tree
        if isinstance(error, AnyTimeout) and not isinstance(error, NewConnectionError):
            raise error
        return super().increment(method, url, response, error, _pool, _stacktrace)


def store_connections(threads: int) -> PoolManager:
    """A pool for that many threads at once."""
    manager = PoolManager(
        maxsize=threads,
        timeout=Timeout(connect=CONNECT_SECONDS, read=TRANSFER_SECONDS),
        retries=OneRetry(total=1, redirect=0, status=0, other=0, backoff_factor=0.05),
    )
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
    return manager
