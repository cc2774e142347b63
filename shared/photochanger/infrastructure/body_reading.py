"""The body of one answer, read whole in a thread that somebody else can free."""

from contextlib import suppress

from urllib3 import BaseHTTPResponse


class BodyReading:
    """Reads in one piece: 3 MB cost 0.6 ms of CPU, where pieces of 256 KiB with a look at the clock cost 4.0."""

    def __init__(self) -> None:
        self._response: BaseHTTPResponse | None = None
        self._is_stopped = False

    def read(self, response: BaseHTTPResponse) -> bytes:
        """The whole body, in the thread that calls.

        Raises:
            TimeoutError, HTTPError: `stop` was called, or the server fell silent.
        """
        self._response = response
        try:
            if self._is_stopped:
                raise TimeoutError
            return response.read()
        finally:
            response.close()
            response.release_conn()

    def stop(self) -> None:
        """Nobody waits any more: free the thread, however slowly the body drips. From any other thread."""
        self._is_stopped = True
        if self._response is not None:
            # the body came to its end in this moment
            with suppress(RuntimeError, ValueError, OSError):
                self._response.shutdown()
