import functools
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.unit.house.workspace import Member, imports, members

#: `google` is shared by several distributions; the import's second part tells which.
NAMESPACES = {"google.genai": "google-genai", "opentelemetry.exporter.prometheus": "opentelemetry-exporter-prometheus"}
OPENTELEMETRY = {"opentelemetry.sdk": "opentelemetry-sdk", "opentelemetry": "opentelemetry-api"}

installed = functools.cache(packages_distributions)


def normalized(name: str) -> str:
    return re.split(r"[\s<>=!~;\[]", name, maxsplit=1)[0].lower().replace("_", "-").replace(".", "-")


def distributions_of(module: str) -> set[str]:
    """The distributions that may bring the module; empty for the standard library."""
    for prefix, distribution in (NAMESPACES | OPENTELEMETRY).items():
        if module == prefix or module.startswith(prefix + "."):
            return {distribution}
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return set()
    return {normalized(name) for name in installed().get(top, [top])}


def undeclared(member: Member) -> set[str]:
    declared = {normalized(dependency) for dependency in member.dependencies} | {member.name}
    found = set()
    for file in member.sources:
        for module in imports(file):
            needed = distributions_of(module)
            if module.partition(".")[0] == member.package.name or module == "google":
                continue
            if needed and not needed & declared:
                found.add(f"{file.relative_to(member.root)}: {module} needs {' or '.join(sorted(needed))}")
    return found


@pytest.mark.parametrize("member", members(), ids=lambda member: member.name)
def test_what_a_member_imports_its_pyproject_declares(member: Member) -> None:
    assert undeclared(member) == set()


def test_the_domain_knows_the_standard_library_and_pydantic_only() -> None:
    shared = next(member for member in members() if member.name == "photochanger")

    foreign = {
        f"{file.name}: {module}"
        for file in sorted((shared.package / "domain").glob("*.py"))
        for module in imports(file)
        if module.partition(".")[0] not in sys.stdlib_module_names | {"pydantic"}
        and not module.startswith("photochanger.domain")
    }

    assert foreign == set()
