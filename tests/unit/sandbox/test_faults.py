"""Which behaviour a call gets."""

from random import Random

import pytest

from sandbox.behaviours import Behaviour
from sandbox.faults import FaultPlan, Instruction, Rule
from sandbox.latency import Latency


def plan(**rules: Rule) -> FaultPlan:
    return FaultPlan(Instruction(behaviour=Behaviour.OK), dict(rules))


def test_the_marker_in_the_prompt_wins_over_rules() -> None:
    scripted = plan(all=Rule(behaviour=Behaviour.HANG))

    chosen = scripted.choose("nice [sandbox:slow=2.5] art")

    assert chosen == Instruction(behaviour=Behaviour.SLOW, seconds=2.5)


def test_a_rule_serves_only_prompts_that_contain_its_text() -> None:
    scripted = plan(mine=Rule(behaviour=Behaviour.HANG, prompt_contains="booth-7"))

    assert scripted.choose("for booth-7").behaviour is Behaviour.HANG
    assert scripted.choose("for booth-8").behaviour is Behaviour.OK


def test_a_rule_is_used_up_after_its_times_and_the_next_one_follows() -> None:
    scripted = plan(
        first=Rule(behaviour=Behaviour.NO_IMAGE, times=2), second=Rule(behaviour=Behaviour.UNAVAILABLE, times=1)
    )

    chosen = [scripted.choose("x").behaviour for _ in range(4)]

    assert chosen == [Behaviour.NO_IMAGE, Behaviour.NO_IMAGE, Behaviour.UNAVAILABLE, Behaviour.OK]
    assert scripted.rules == {}


def test_an_unknown_marker_is_an_error_not_a_picture() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        plan().choose("[sandbox:nonsense]")


def test_latencies_repeat_with_the_seed_and_stay_inside_the_jitter() -> None:
    latency = Latency(seconds=1.5, jitter_seconds=0.3)

    one, two = Random(7), Random(7)
    drawn = [latency.draw(one) for _ in range(50)]

    assert drawn == [latency.draw(two) for _ in range(50)]
    assert 1.2 <= min(drawn) < max(drawn) <= 1.8
