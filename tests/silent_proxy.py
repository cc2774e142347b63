"""A way to a server that falls silent at a chosen message, so that a fault meets a chosen step."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

_CHUNK_BYTES = 2**16


@dataclass
class Trigger:
    """Silence at the `nth` message to the server that holds `words`; `is_delivered`: the server still gets that one."""

    words: bytes
    nth: int = 1
    is_delivered: bool = False


class SilentProxy:
    """Connections stay open while it is silent; `speak` cuts them, and new ones work again."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._trigger: Trigger | None = None
        self._is_silent = False
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_silent_at(self, trigger: Trigger) -> None:
        with self._lock:
            self._trigger = trigger

    def speak(self) -> None:
        with self._lock:
            self._trigger, self._is_silent = None, False
            cut, self._open = self._open, []
        for connection in cut:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()
        self.speak()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self._connect(self._listener.accept()[0])

    def _connect(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self._target)
        except OSError:
            client.close()
            return
        with self._lock:
            self._open += [client, server]
        threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()
        threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, to_server: bool) -> None:
        with suppress(OSError), source:
            while data := source.recv(_CHUNK_BYTES):
                if self._lets_through(data, to_server=to_server):
                    sink.sendall(data)
            sink.shutdown(socket.SHUT_RDWR)

    def _lets_through(self, data: bytes, *, to_server: bool) -> bool:
        with self._lock:
            trigger = self._trigger
            if self._is_silent or trigger is None or not to_server or trigger.words not in data:
                return not self._is_silent
            trigger.nth -= 1
            self._is_silent = trigger.nth == 0
            return not self._is_silent or trigger.is_delivered


@contextmanager
def silent_proxy(host: str, port: int) -> Iterator[SilentProxy]:
    proxy = SilentProxy(host, port)
    try:
        yield proxy
    finally:
        proxy.close()
