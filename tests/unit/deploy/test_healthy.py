import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy.image.healthy import is_healthy
from deploy.local.ports import free_port_block


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health/live" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_service_that_answers_200_is_healthy(port: int) -> None:
    assert is_healthy(port, "/health/live")


def test_any_other_answer_is_not(port: int) -> None:
    assert not is_healthy(port, "/health/ready")


def test_a_service_that_does_not_listen_is_not() -> None:
    assert not is_healthy(free_port_block(1), "/health/live")
