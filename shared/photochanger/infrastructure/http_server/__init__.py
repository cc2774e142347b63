"""HTTP as every service serves it: bounded, observable, draining; errors as problems."""

from photochanger.infrastructure.http_server.client_address import Network, address_of, limit_key
from photochanger.infrastructure.http_server.connection import Limits
from photochanger.infrastructure.http_server.operations import Check, operations_server
from photochanger.infrastructure.http_server.problems import problem_response
from photochanger.infrastructure.http_server.serving import (
    answer_expectation_by_hand,
    http_server,
    request_started,
    send_continue,
    stop_on_signals,
)

__all__ = [
    "Check",
    "Limits",
    "Network",
    "address_of",
    "answer_expectation_by_hand",
    "http_server",
    "limit_key",
    "operations_server",
    "problem_response",
    "request_started",
    "send_continue",
    "stop_on_signals",
]
