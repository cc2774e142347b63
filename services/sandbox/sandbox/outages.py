"""Switches one provider off wholly: every request to it, whatever it asks."""

from collections import Counter
from enum import StrEnum

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import BaseModel, ConfigDict

from sandbox.behaviours import Provider
from sandbox.sending import send_answer
from sandbox.whose_request import provider_of
from sandbox.wire_answer import Delivery, WireAnswer


class OutageKind(StrEnum):
    """How a provider that is off answers."""

    #: The connection closes without an answer.
    DROP = "drop"
    #: 503 in plain text, at once.
    UNAVAILABLE = "unavailable"
    #: Nothing, until the client leaves.
    HANG = "hang"


class Outage(BaseModel):
    """The body of `PUT /control/outage/{provider}`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: OutageKind = OutageKind.DROP


_ANSWERS = {
    OutageKind.DROP: WireAnswer(200, "text/plain", (), Delivery.DROP),
    OutageKind.UNAVAILABLE: WireAnswer(503, "text/plain", (b"no healthy upstream",)),
    OutageKind.HANG: WireAnswer(200, "text/plain", (), Delivery.HANG),
}


class Outages:
    """Who is off now, and how many requests each has turned away since it was last switched off."""

    def __init__(self) -> None:
        self._running: dict[Provider, OutageKind] = {}
        self._refused: Counter[Provider] = Counter()

    def begin(self, provider: Provider, kind: OutageKind) -> None:
        self._running[provider] = kind
        self._refused[provider] = 0

    def end(self, provider: Provider) -> None:
        self._running.pop(provider, None)

    def end_all(self) -> None:
        self._running.clear()

    def refuse(self, provider: Provider | None) -> WireAnswer | None:
        """Give and count the answer of a provider that is off; None when it is on, or the path is nobody's."""
        if provider is None or provider not in self._running:
            return None
        self._refused[provider] += 1
        return _ANSWERS[self._running[provider]]

    def shown(self) -> dict[str, dict[str, object]]:
        return {name.value: {"kind": kind, "refused": self._refused[name]} for name, kind in self._running.items()}


def outage_middleware(outages: Outages) -> Middleware:
    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = outages.refuse(provider_of(request))
        return await handler(request) if answer is None else await send_answer(request, answer)

    return refuse
