"""Decides what each call gets: by its prompt's marker, else by the first rule that fits, else by default."""

import re
from dataclasses import dataclass, field
from random import Random

from pydantic import BaseModel, ConfigDict, Field

from sandbox.behaviours import Behaviour

_MARKER = re.compile(r"\[sandbox:([a-z0-9_]+)(?:=([0-9]+(?:\.[0-9]+)?))?\]")


class Instruction(BaseModel):
    """A behaviour, and its time where it has one, else how long the answer takes instead of the usual latency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    behaviour: Behaviour
    seconds: float | None = Field(default=None, ge=0, le=3600)


class Rule(Instruction):
    """An instruction for the next `times` calls (None: for all) whose prompt contains `prompt_contains`."""

    times: int | None = Field(default=None, ge=1)
    prompt_contains: str = Field(default="", max_length=1000)


class Latency(BaseModel):
    """How long an ordinary answer takes: `seconds` plus or minus up to `jitter_seconds`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: float = Field(ge=0, le=600)
    jitter_seconds: float = Field(default=0, ge=0, le=600)

    def draw(self, random: Random) -> float:
        """Give one call's latency in seconds."""
        return max(0.0, self.seconds + random.uniform(-self.jitter_seconds, self.jitter_seconds))


@dataclass
class FaultPlan:
    """The default and the rules, tried in the order in which they were first set; a used-up rule is gone."""

    default: Instruction
    rules: dict[str, Rule] = field(default_factory=dict)

    def choose(self, prompt: str) -> Instruction:
        """Give this call's instruction and count the rule that gave it.

        Raises:
            ValueError: the prompt's marker names no behaviour.
        """
        if marker := _MARKER.search(prompt):
            return Instruction(behaviour=Behaviour(marker[1]), seconds=float(marker[2]) if marker[2] else None)
        for name, rule in self.rules.items():
            if rule.prompt_contains in prompt:
                self._count(name, rule)
                return Instruction(behaviour=rule.behaviour, seconds=rule.seconds)
        return self.default

    def _count(self, name: str, rule: Rule) -> None:
        if rule.times == 1:
            del self.rules[name]
        elif rule.times is not None:
            self.rules[name] = rule.model_copy(update={"times": rule.times - 1})
