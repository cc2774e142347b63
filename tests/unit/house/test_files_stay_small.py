import ast
from pathlib import Path

from tests.unit.house.workspace import ROOT, sources

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 50
#: of a hundred functions
MAX_LONG_FUNCTIONS_PERCENT = 1


def functions(file: Path) -> list[tuple[str, int]]:
    """Each function with its length in lines."""
    return [
        (f"{file.relative_to(ROOT)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_no_source_file_is_over_300_lines() -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in sources()}

    assert {name: length for name, length in lengths.items() if length > MAX_FILE_LINES} == {}


def test_hardly_a_function_is_over_50_lines() -> None:
    all_functions = [function for file in sources() for function in functions(file)]

    long = [(name, length) for name, length in all_functions if length > MAX_FUNCTION_LINES]

    assert len(all_functions) > 100
    assert len(long) * 100 <= len(all_functions) * MAX_LONG_FUNCTIONS_PERCENT, long


def test_every_source_file_says_in_its_first_line_what_it_is() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in sources()
        if file.read_text().strip() and not ast.get_docstring(ast.parse(file.read_text()))
    ]

    assert silent == []
