"""Decides what each call gets: by its prompt's marker, else by the first rule that fits, else by default."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from pydantic import BaseModel, ConfigDict, Field

from sandbox.behaviours import Behaviour, Provider

_MARKER = re.compile(r"\[sandbox:([a-z0-9_]+)(?:@([a-z_]+))?(?:=([0-9]+(?:\.[0-9]+)?))?\]")

_SLOW_SECONDS = 10.0
#: Answered without the usual latency.
_AT_ONCE = frozenset({
    Behaviour.CANNED, Behaviour.HANG, Behaviour.DROP, Behaviour.INVALID_ARGUMENT, Behaviour.API_KEY_INVALID,
    Behaviour.LOCATION_UNSUPPORTED, Behaviour.COUNTRY_UNSUPPORTED, Behaviour.PERMISSION_DENIED, Behaviour.NOT_FOUND,
    Behaviour.RATE_LIMITED, Behaviour.RATE_LIMITED_SILENTLY, Behaviour.DAILY_QUOTA, Behaviour.CREDITS_DEPLETED,
    Behaviour.MODERATION_BLOCKED, Behaviour.BILLING_LIMIT,
})  # fmt: skip
#: Behaviours whose `seconds` is not the time before the answer.
_OWN_SECONDS = frozenset({Behaviour.RATE_LIMITED, Behaviour.DRIP, Behaviour.HANG})


class Step(StrEnum):
    """Which request of a Turbotext job a broken answer is for; Gemini has but one."""

    #: `do=create_queue`.
    CREATE = "create"
    #: Each `do=get_result`.
    POLL = "poll"
    #: Only the first `do=get_result`.
    FIRST_POLL = "first_poll"
    #: The picture's link.
    DOWNLOAD = "download"


class Instruction(BaseModel):
    """A behaviour, and its time where it has one, else how long the answer takes instead of the usual latency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    behaviour: Behaviour
    seconds: float | None = Field(default=None, ge=0, le=3600)
    step: Step = Step.CREATE

    def waiting_seconds(self, usual: Callable[[], float]) -> float:
        """Give the time before the answer; `usual` gives the latency of a call that is not told its own."""
        if self.seconds is not None and self.behaviour not in _OWN_SECONDS:
            return self.seconds
        if self.behaviour is Behaviour.SLOW:
            return _SLOW_SECONDS
        return 0.0 if self.behaviour in _AT_ONCE else usual()

    @property
    def error_seconds(self) -> float:
        """Time before a broken answer of Turbotext, which comes at once unless told otherwise."""
        return 0.0 if self.seconds is None or self.behaviour in _OWN_SECONDS else self.seconds


class Rule(Instruction):
    """An instruction for the next `times` calls (None: all) of a provider (None: any that knows the behaviour).

    Of the calls that fit, it is drawn for so large a `share`; the others go on to the next rule.
    """

    times: int | None = Field(default=None, ge=1)
    prompt_contains: str = Field(default="", max_length=1000)
    provider: Provider | None = None
    share: float = Field(default=1, gt=0, le=1)

    def fits(self, prompt: str, provider: Provider) -> bool:
        """Tell whether the rule is for this call."""
        is_known = provider in self.behaviour.providers
        return is_known and self.provider in {None, provider} and self.prompt_contains in prompt


@dataclass
class FaultPlan:
    """The default and the rules, tried in the order in which they were first set; a used-up rule is gone."""

    default: Instruction
    rules: dict[str, Rule] = field(default_factory=dict)
    random: Random = field(default_factory=lambda: Random(1))  # noqa: S311  repeatable shares, no secret

    def choose(self, prompt: str, provider: Provider = Provider.GEMINI) -> Instruction:
        """Give this call's instruction and count the rule that gave it; a default the provider does not know is `ok`.

        Raises:
            ValueError: the prompt's marker names no behaviour of the provider, or no step.
        """
        if marker := _MARKER.search(prompt):
            return _marked(marker, provider)
        for name, rule in self.rules.items():
            if rule.fits(prompt, provider) and (rule.share == 1 or self.random.random() < rule.share):
                self._count(name, rule)
                return Instruction(behaviour=rule.behaviour, seconds=rule.seconds, step=rule.step)
        return self.default if provider in self.default.behaviour.providers else Instruction(behaviour=Behaviour.OK)

    def _count(self, name: str, rule: Rule) -> None:
        if rule.times == 1:
            del self.rules[name]
        elif rule.times is not None:
            self.rules[name] = rule.model_copy(update={"times": rule.times - 1})


def _marked(marker: re.Match[str], provider: Provider) -> Instruction:
    behaviour, step, seconds = Behaviour(marker[1]), Step(marker[2] or Step.CREATE), marker[3]
    if provider not in behaviour.providers:
        raise ValueError(f"{behaviour} is not a behaviour of {provider}")
    return Instruction(behaviour=behaviour, seconds=float(seconds) if seconds else None, step=step)
