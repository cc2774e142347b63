"""What runs inside a guarded process: one call after the other, for as long as the service holds the other end."""

import pickle  # noqa: TID251 - between a service and its own process
import resource
import signal
import traceback
from io import BufferedRWPair
from pathlib import Path
from socket import socket
from struct import Struct

from photochanger.imaging.errors import PictureError

#: How many bytes of pickle follow.
ANSWER_LENGTH = Struct("!Q")
_MEMORY_BYTES = 768 * 1024 * 1024


def serve_calls(end: socket, task_seconds: float) -> None:
    """Answer pickled (function, args, kwargs) with pickled (value, error), the first time unasked: ready.

    Ends by itself when the service is gone: at once while idle, out of a call a second after its time.
    """
    _enter_guard()
    with end, end.makefile("rwb") as stream:
        _answer(stream, None, None)
        while stream.peek(1):
            signal.setitimer(signal.ITIMER_REAL, task_seconds + 1)
            _serve_one(stream)
            signal.setitimer(signal.ITIMER_REAL, 0)


def _serve_one(stream: BufferedRWPair) -> None:
    function, args, kwargs = pickle.load(stream)  # noqa: S301 - from the service that started this process
    try:
        value = function(*args, **kwargs)
    except PictureError as error:
        _answer(stream, None, error)
    except Exception as error:  # noqa: BLE001 - the edge of this process: the service decides
        error.add_note(traceback.format_exc())
        _answer(stream, None, error)
    else:
        _answer(stream, value, None)


def _answer(stream: BufferedRWPair, value: object, error: Exception | None) -> None:
    pickled = pickle.dumps((value, error), pickle.HIGHEST_PROTOCOL)
    stream.write(ANSWER_LENGTH.pack(len(pickled)))
    stream.write(pickled)
    stream.flush()


def _enter_guard() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the service decides what the terminal's ^C ends
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a handler in Python would wait until C code returns
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    from photochanger.imaging import pixels  # image libraries stay out of the service's own process

    pixels.configure_decoders()
    used_pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    limit = used_pages * resource.getpagesize() + _MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
