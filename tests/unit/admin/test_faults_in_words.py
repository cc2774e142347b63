"""Every code of a field's fault, and every reason of a conflict, is a sentence of the UI, in both languages."""

import json
import re
from typing import Annotated, Any

import pytest
from pydantic import Field, SecretStr, ValidationError

from admin_api.rest.conflict import ConflictReason
from admin_api.rest.endpoint import RequestModel
from admin_api.rest.field_fault import FaultCode, Wrong
from admin_api.rest.model_faults import custom_error, faults_of
from admin_api.rest.moments import Moment
from tests.unit.house.workspace import ROOT

TEXTS = ROOT / "web" / "src" / "i18n"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_code_of_a_fault_has_a_sentence(language: str) -> None:
    texts = json.loads((TEXTS / language / "problems.json").read_text())["field"]

    told = {code for code in FaultCode if texts.get(code) or texts.get(f"{code}_other")}

    assert told == set(FaultCode)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_reason_of_a_conflict_has_a_sentence(language: str) -> None:
    texts = json.loads((TEXTS / language / "problems.json").read_text())["reason"]

    told = {reason for reason in ConflictReason if texts.get(reason) or texts.get(f"{reason}_other")}

    assert told == set(ConflictReason)


def test_no_conflict_is_told_without_its_reason() -> None:
    sources = (ROOT / "services" / "admin-api" / "admin_api").rglob("*.py")

    told = [path.name for path in sources if re.search(r"Refused\(\s*ProblemCode\.CONFLICT\b", path.read_text())]

    assert told == ["conflict.py"]


class Asked(RequestModel):
    password: Annotated[SecretStr, Field(min_length=8, max_length=9)] = SecretStr("password")
    places: Annotated[tuple[int, ...], Field(max_length=1)] = ()
    above: Annotated[float, Field(gt=2)] = 3
    begun: Moment | None = None


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"password": "short"}, Wrong(FaultCode.TOO_SHORT, "Text should have at least 8 characters", limit=8)),
        ({"password": "a" * 10}, Wrong(FaultCode.TOO_LONG, "Text should have at most 9 characters", limit=9)),
        ({"above": 2}, Wrong(FaultCode.NOT_ABOVE, "Input should be greater than 2", limit=2)),
        ({"above": "x"}, Wrong(FaultCode.WRONG_TYPE, "Input should be a valid number", allowed=("number",))),
        ({"begun": "2026-05-09T18:30:00"}, Wrong(FaultCode.NOT_A_TIME, "Input should have timezone info")),
    ],
)
def test_what_a_model_refuses_has_a_code_and_its_bound(asked: dict[str, Any], wrong: Wrong) -> None:
    with pytest.raises(ValidationError) as refused:
        Asked.model_validate_json(json.dumps(asked), strict=True)

    assert [fault.wrong for fault in faults_of(refused.value)] == [wrong]


@pytest.mark.parametrize(("year", "code", "limit"), [(1999, "too_early", 2000), (2200, "too_late", 2199)])
def test_a_validators_own_fault_comes_through(year: int, code: str, limit: int) -> None:
    with pytest.raises(ValidationError) as refused:
        Asked.model_validate_json(json.dumps({"begun": f"{year}-05-09T18:30:00Z"}), strict=True)

    [fault] = faults_of(refused.value)
    assert (fault.pointer, fault.wrong.code, fault.wrong.limit) == ("/begun", code, limit)
    assert "years 2000 to 2199" in fault.detail


def test_the_words_of_a_fault_are_taken_as_they_are() -> None:
    assert str(custom_error(Wrong(FaultCode.OTHER, "no {braces}"))) == "no {braces}"
