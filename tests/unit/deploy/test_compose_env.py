from itertools import count

from deploy.local.compose_env import filled
from tests.unit.deploy.deployed import ROOT


def test_each_marked_value_gets_its_own_token_and_the_rest_stays() -> None:
    tokens = map(str, count(1))

    env = filled("# text\nA= # generated\nB=admin\n\nC= # generated\n", lambda: next(tokens))

    assert env == "# text\nA=1\nB=admin\n\nC=2\n"


def test_nothing_in_the_example_stays_to_be_generated() -> None:
    env = filled((ROOT / ".env.example").read_text(), lambda: "token")

    assert env.count("=token\n") == 9
    assert "= # generated" not in env
