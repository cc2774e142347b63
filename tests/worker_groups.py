"""Which tests go to one of pytest's processes together: those that share something slow to start."""

from xdist.scheduler import LoadScopeScheduling

#: The e2e files share a running stack; what kills its parts keeps away from what measures times on it.
UNRULY = ("test_make_run.py", "test_servers_go_away.py", "test_services_are_killed.py")


def group_of(nodeid: str) -> str:
    """A file is never split; all e2e files are two groups with a stack each."""
    file = nodeid.partition("::")[0]
    if not file.startswith("tests/e2e/"):
        return file
    return "a stack that is harmed" if file.endswith(UNRULY) else "a stack that is well"


class WorkerGroups(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
