"""A request that gets an error answer before there is a job, or instead of one."""

import math
from collections.abc import Mapping

from pydantic import JsonValue

from photochanger.domain.failure import PROBLEMS, Problem, ProblemCode


class Refusal(Exception):
    """The request ends with this problem.

    Args:
        detail: one sentence for whoever stands at the booth.
        details: the member of that name, for programs.
        reason: what only the log may see.
    """

    def __init__(
        self,
        code: ProblemCode,
        detail: str,
        *,
        retry_after_seconds: float | None = None,
        details: Mapping[str, JsonValue] | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.problem: Problem = PROBLEMS[code]
        self.detail = detail
        self.retry_after_seconds = None if retry_after_seconds is None else math.ceil(retry_after_seconds)
        self.details = details
        self.reason = reason


class ClientGone(Exception):
    """The client hung up before its request was complete; nobody is left to answer."""
