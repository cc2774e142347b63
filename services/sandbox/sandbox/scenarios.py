"""Evenings by name: what a whole set of rules, latencies, outages and quotas makes of both providers.

Neither provider says how long its answers take. Real ones take 5 to 30 s, and Gemini's NO_IMAGE came after 1.0 to
1.7 s, 22 times in 10 hours; 500 calls a minute and 2,000 a day are what one project of Google's second tier had.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sandbox.behaviours import Behaviour, Provider
from sandbox.faults import Rule
from sandbox.latency import Latency
from sandbox.outages import OutageKind
from sandbox.quotas import Quota

_GEMINI, _TURBOTEXT = Provider.GEMINI, Provider.TURBOTEXT
#: Half of the answers within the first number of seconds, 95 of 100 within the second.
_GEMINI_TAKES = Latency(seconds=9, p95_seconds=22)
_TURBOTEXT_TAKES = Latency(seconds=13, p95_seconds=30)
_NO_IMAGE_SECONDS = 1.35


@dataclass(frozen=True)
class Scenario:
    """`meaning` is its sentence; what it does not name is as the settings say."""

    meaning: str
    rules: Mapping[str, Rule] = field(default_factory=dict)
    latencies: Mapping[Provider, Latency] = field(default_factory=dict)
    outages: Mapping[Provider, OutageKind] = field(default_factory=dict)
    quotas: Mapping[Provider, Quota] = field(default_factory=dict)


def _share(behaviour: Behaviour, provider: Provider, share: float, seconds: float | None = None) -> Rule:
    return Rule(behaviour=behaviour, provider=provider, share=share, seconds=seconds)


CALM = "calm"
SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        CALM: Scenario("Everything answers as the settings say; nothing goes wrong."),
        "evening-rush": Scenario(
            "A real evening: answers take 5 to 30 s, a few calls in a hundred fail, refuse or hang, quotas hold.",
            rules={
                "no-image": _share(Behaviour.NO_IMAGE, _GEMINI, 0.04, _NO_IMAGE_SECONDS),
                "overloaded": _share(Behaviour.UNAVAILABLE, _GEMINI, 0.03, 2),
                "refused": _share(Behaviour.IMAGE_SAFETY, _GEMINI, 0.02),
                "hangs": _share(Behaviour.HANG, _GEMINI, 0.01),
                "forbidden": _share(Behaviour.FORBIDDEN_CONTENT, _TURBOTEXT, 0.02),
                "never-ready": _share(Behaviour.NEVER_READY, _TURBOTEXT, 0.01),
            },
            latencies={_GEMINI: _GEMINI_TAKES, _TURBOTEXT: _TURBOTEXT_TAKES},
            quotas={_GEMINI: Quota(requests_per_minute=500, requests_per_day=2_000)},
        ),
        "gemini-down": Scenario(
            "Every request to Gemini is 503 at once; Turbotext is well.", outages={_GEMINI: OutageKind.UNAVAILABLE}
        ),
        "gemini-hangs": Scenario(
            "Gemini takes every request and never answers; Turbotext is well.", outages={_GEMINI: OutageKind.HANG}
        ),
        "gemini-no-image": Scenario(
            "Three in four of Gemini's answers are a 200 without a picture, after 1.35 s.",
            rules={"no-image": _share(Behaviour.NO_IMAGE, _GEMINI, 0.75, _NO_IMAGE_SECONDS)},
        ),
        "gemini-refuses": Scenario(
            "Gemini finds every photo unsafe and makes no picture.",
            rules={"refused": Rule(behaviour=Behaviour.IMAGE_SAFETY, provider=_GEMINI)},
        ),
        "gemini-busy": Scenario(
            "Gemini takes 10 calls in any minute, the others are 429 with the time to wait.",
            quotas={_GEMINI: Quota(requests_per_minute=10)},
        ),
        "gemini-day-is-over": Scenario(
            "Gemini's calls of today are used up, until midnight in California.",
            quotas={_GEMINI: Quota(requests_per_day=0)},
        ),
        "turbotext-slow": Scenario(
            "Turbotext's pictures take half a minute, some longer than any window; Gemini is well.",
            latencies={_TURBOTEXT: Latency(seconds=30, p95_seconds=65)},
        ),
        "turbotext-down": Scenario(
            "Turbotext closes every connection without an answer; Gemini is well.",
            outages={_TURBOTEXT: OutageKind.DROP},
        ),
        "turbotext-used-up": Scenario(
            "Turbotext's photo attempts are used up; Gemini is well.", quotas={_TURBOTEXT: Quota(requests_per_day=0)}
        ),
        "bad-line": Scenario(
            "One in five answers of either is cut, dropped, or a sign-in page instead.",
            rules={
                f"{behaviour.value}-{provider.value}": _share(behaviour, provider, 0.07)
                for provider in Provider
                for behaviour in (Behaviour.CUT, Behaviour.DROP, Behaviour.HTML_200)
                if provider in behaviour.providers
            },
        ),
    }
)
