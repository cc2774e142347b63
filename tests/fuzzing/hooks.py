"""What Schemathesis loads: a session for each request, and paths that often name what is there."""

import itertools
import json
import os
import random
from pathlib import Path
from typing import Any

import schemathesis

#: A session is used once: so requests that end it, or use up its limit, do not hinder the others.
TOKENS = itertools.cycle(Path(os.environ["FUZZ_TOKENS"]).read_text().split())
#: By the path up to a part, what exists there.
NAMES: dict[str, list[str]] = json.loads(os.environ["FUZZ_NAMES"])


@schemathesis.auth(refresh_interval=None)
class OneOfManySessions:
    def get(self, _case: schemathesis.Case[Any], _context: schemathesis.AuthContext) -> str:
        return next(TOKENS)

    def set(self, case: schemathesis.Case[Any], data: str, _context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.serializer("application/x-tar")
def as_it_is(_context: schemathesis.SerializationContext, value: object) -> bytes:
    """A backup's file; what is made up for it is none."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def map_case(_context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> schemathesis.Case[Any]:
    is_right = case.meta is None or case.meta.generation.mode.is_positive
    names = NAMES.get(case.path.partition("}")[0] + "}")
    if is_right and names and case.path_parameters:
        # what was made decides, so that the same is made again
        chance = random.Random(json.dumps([case.path_parameters, case.method], default=str))
        if chance.random() < 0.7:
            first: str = next(iter(case.path_parameters))
            parameters: dict[str, Any] = {**case.path_parameters, first: chance.choice(names)}
            case.path_parameters = parameters
    return case
