"""Several test processes at once: who runs what."""

from tests.unit.house.workspace import ROOT, imports
from tests.worker_groups import STACKS, group_of

STACK_MODULES = {"tests.e2e.product", "tests.running_stack"}


def test_every_file_that_needs_a_running_stack_shares_one() -> None:
    files = (ROOT / "tests" / "e2e").glob("test_*.py")
    need_one = {file.name for file in files if STACK_MODULES & set(imports(file))}

    assert {name for names in STACKS.values() for name in names} == need_one


def test_a_file_is_never_split_and_the_files_of_one_stack_stay_together() -> None:
    turbotext, photo = group_of("tests/e2e/test_turbotext.py::test_a[b::c]"), "tests/e2e/test_a_photo_comes_back.py"

    assert turbotext == group_of(f"{photo}::test_b")
    assert turbotext != group_of("tests/e2e/test_make_run.py::test_b")
    assert group_of("tests/unit/test_turbotext.py::test_a[b::c]") == "tests/unit/test_turbotext.py"
