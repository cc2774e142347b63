"""What the originals would charge for the calls they got: for a 200 with its usage, for a queued job."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sandbox.behaviours import Provider
from sandbox.call_log import Call
from sandbox.prices import CURRENCIES, TIME_ZONES, Billed, tariff_of


@dataclass(frozen=True, order=True)
class _Line:
    provider: str
    day: str
    model: str


class Invoice:
    """Every charge since it was last cleared; a call that the client left before its answer is not charged."""

    def __init__(self) -> None:
        self._calls: Counter[_Line] = Counter()
        self._micros: Counter[_Line] = Counter()

    def charge(self, call: Call, billed: Billed | None) -> None:
        """Charge a call that is answered now; None: this answer is free."""
        if billed is None:
            return
        amount = tariff_of(call.provider, call.model).amount(billed)
        call.charged_micros = amount
        line = _line(call)
        self._calls[line] += 1
        self._micros[line] += amount

    def clear(self) -> None:
        self._calls.clear()
        self._micros.clear()

    def shown(self) -> dict[str, object]:
        """Give the lines by provider, its own day and model, and the totals."""
        return _shown(self._calls, self._micros)


def invoice_of(calls: Iterable[Call]) -> dict[str, object]:
    """Give the same of these calls alone."""
    count: Counter[_Line] = Counter()
    micros: Counter[_Line] = Counter()
    for call in calls:
        if call.charged_micros is not None:
            count[_line(call)] += 1
            micros[_line(call)] += call.charged_micros
    return _shown(count, micros)


def _line(call: Call) -> _Line:
    zone = ZoneInfo(TIME_ZONES.get(call.provider, "UTC"))
    return _Line(call.provider.value, call.received_at.astimezone(zone).date().isoformat(), call.model or call.method)


def _shown(calls: Mapping[_Line, int], micros: Mapping[_Line, int]) -> dict[str, object]:
    lines = [
        {
            "provider": line.provider,
            "day": line.day,
            "model": line.model,
            "currency": _currency(line.provider),
            "calls": calls[line],
            "amount_micros": micros[line],
        }
        for line in sorted(calls)
    ]
    totals = []
    for provider in sorted({line.provider for line in calls}):
        total = sum(micros[line] for line in calls if line.provider == provider)
        totals.append({"provider": provider, "currency": _currency(provider), "amount_micros": total})
    return {"at": datetime.now(UTC).isoformat(), "lines": lines, "totals": totals}


def _currency(provider: str) -> str:
    return CURRENCIES.get(Provider(provider), "USD")
