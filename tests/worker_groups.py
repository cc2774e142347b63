"""Which tests go to one of pytest's processes together: those that share a running stack, which starts slowly."""

from xdist.scheduler import LoadScopeScheduling

#: e2e files by the stack they run on: those that kill parts of it keep away from those that measure times.
STACKS = {
    "a stack that is harmed": (
        "test_make_run.py",
        "test_servers_go_away.py",
        "test_services_are_killed.py",
        "test_what_calls_cost.py",
    ),
    "a stack that is well": (
        "test_a_photo_comes_back.py",
        "test_a_provider_is_down.py",
        "test_a_provider_on_a_bad_day.py",
        "test_an_administrators_evening.py",
        "test_bad_input_leaves_nothing.py",
        "test_fallbacks.py",
        "test_openai.py",
        "test_preflight.py",
        "test_results_past_their_time.py",
        "test_turbotext.py",
    ),
}


def group_of(nodeid: str) -> str:
    """A file is never split; one that is in no list is a group of its own."""
    file = nodeid.partition("::")[0]
    return next((stack for stack, names in STACKS.items() if file.removeprefix("tests/e2e/") in names), file)


class WorkerGroups(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
