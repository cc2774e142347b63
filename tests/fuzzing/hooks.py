"""What Schemathesis loads: somebody new for each request, requests that often mean what is there, and a second try."""

import json
import os
import random
import threading
import time
from pathlib import Path
from typing import Any

import schemathesis
from pymongo import MongoClient
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.generation import metrics

from photochanger.domain.user import Role
from tests.fuzzing.answers import Answer, records_due
from tests.fuzzing.known import Known
from tests.fuzzing.people import People

KNOWN = Known.model_validate_json(os.environ["FUZZ_KNOWN"])
ANSWERS = Path(os.environ["FUZZ_ANSWERS"])
WRITING = threading.Lock()
ROLE = os.environ.get("FUZZ_ROLE")
DATABASE = MongoClient[dict[str, Any]](os.environ["FUZZ_MONGO_URL"], tz_aware=True).get_default_database()
PEOPLE = People(DATABASE, Role(ROLE), os.environ["FUZZ_PASSWORD_HASH"]) if ROLE else None

# Hypothesis would search for requests that are let in, at several times the work of asking; what is known makes such.
setattr(metrics, "maximize", lambda *_args, **_kwargs: None)  # noqa: B010  (mypy: a function)

#: Of the right requests so many are made to mean what is there.
MEANT = 0.7
#: A refusal for the moment is tried again so often, after the time that it tells.
TRIES = 3
MAX_PAUSE_SECONDS = 5.0
#: Whether what was refused for the moment passed by then, by the id of its case.
PASSED: dict[str, bool] = {}


@schemathesis.auth(refresh_interval=None)
class SomebodyNew:
    def get(self, _case: schemathesis.Case[Any], _context: schemathesis.AuthContext) -> str:
        return "nobody's" if PEOPLE is None else PEOPLE.next_token()

    def set(self, case: schemathesis.Case[Any], data: str, _context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.serializer("application/x-tar")
def as_it_is(_context: schemathesis.SerializationContext, value: object) -> bytes:
    """A backup's file; what is made up for it is none."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def map_case(_context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> schemathesis.Case[Any]:
    # what was made decides, so that the same is made again; a body that is not there has no other name
    made = [case.method, case.path_parameters, case.query, case.body]
    chance = random.Random(json.dumps(made, default=lambda thing: type(thing).__name__))
    if not _is_right(case) or chance.random() > MEANT:
        return case
    if (name := KNOWN.name(case.method, case.path, chance)) and case.path_parameters:
        first: str = next(iter(case.path_parameters))
        parameters: dict[str, Any] = {**case.path_parameters, first: name}
        case.path_parameters = parameters
    operation = f"{case.method.upper()} {case.path}"
    # of a form it would no longer be believed that it is right: its file is no text
    if isinstance(case.body, dict) and case.media_type == "application/json":
        case.body = KNOWN.meant(operation, case.body)
    if case.query and (query := KNOWN.queries.get(operation)):
        case.query = {**case.query, **query}
    return case


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: schemathesis.Case[Any], _kwargs: dict[str, Any]) -> None:
    """Let a change often be one of the newest version."""
    etag, made = KNOWN.etag(case.formatted_path), case.headers.get("If-Match")
    if etag and made and _is_right(case) and random.Random(made).random() < MEANT:
        case.headers["If-Match"] = etag


@schemathesis.hook
def after_call(_context: schemathesis.HookContext, case: schemathesis.Case[Any], response: Response) -> None:
    """Keep what was answered to whom, and which version is the newest."""
    token = str(response.request.headers.get("Authorization", "")).removeprefix("Bearer ")
    operation = f"{response.request.method} {case.path}"
    is_json = response.headers.get("content-type", [""])[0].startswith(("application/json", "application/problem+json"))
    told = response.json() if is_json else None
    answer = Answer(
        login=None if PEOPLE is None else PEOPLE.login_by_token.get(token),
        operation=operation,
        needs=case.operation.definition.raw.get("x-role"),
        status=response.status_code,
        due=records_due(operation, response.status_code, told),
    )
    with WRITING, ANSWERS.open("a", encoding="utf-8") as answers:
        answers.write(f"{answer.model_dump_json()}\n")
    etag = response.headers.get("etag", [None])[0] or (told.get("etag") if isinstance(told, dict) else None)
    if etag:
        KNOWN.etags[case.formatted_path] = etag


@schemathesis.hook
def filter_failure(
    _context: schemathesis.HookContext, _failure: Failure, case: schemathesis.Case[Any], response: Response
) -> bool:
    """Take a 503 that says when to come again for no fault if it is gone by then: the machine may be busy.

    One that has to do with the request comes again and stays a fault; `answers.faults` bounds how many pass.
    """
    if response.status_code != 503 or "retry-after" not in response.headers:
        return True
    if case.id not in PASSED:
        PASSED[case.id] = _passes(case, float(response.headers["retry-after"][0]))
    return not PASSED[case.id]


def _passes(case: schemathesis.Case[Any], pause_seconds: float) -> bool:
    for _ in range(TRIES):
        time.sleep(min(pause_seconds, MAX_PAUSE_SECONDS))
        if case.call().status_code != 503:
            return True
    return False


def _is_right(case: schemathesis.Case[Any]) -> bool:
    return case.meta is None or case.meta.generation.mode.is_positive
