"""An answer of `generateContent` as it is on the wire, as far as we read it.

Read here rather than by the SDK, whose 3.4.0 drops `finishMessage` (with the code that Google's support asks for) and
warns about every reason it does not know.
"""

from typing import Annotated

import pybase64
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from photochanger.provider_worker.answer_base64 import standard_base64


def _decoded(data: object) -> bytes:
    return pybase64.b64decode(standard_base64(data), validate=True)


class _Wire(BaseModel):
    """Camel and snake case are both in use; what we do not read may be anything."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True, hide_input_in_errors=True
    )


class Blob(_Wire):
    """Picture bytes; the type they are said to be of is not believed."""

    data: Annotated[bytes, BeforeValidator(_decoded)] = Field(default=b"", repr=False)


class Part(_Wire):
    text: str | None = None
    thought: bool | None = None
    inline_data: Blob | None = Field(default=None)


class Content(_Wire):
    parts: tuple[Part, ...] | None = None


class Candidate(_Wire):
    content: Content | None = None
    finish_reason: str | None = None
    finish_message: str | None = None


class PromptFeedback(_Wire):
    block_reason: str | None = None
    block_reason_message: str | None = None


def _count(value: object) -> int | None:
    """A number of tokens; a picture is not thrown away because its count is odd."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


Count = Annotated[int | None, BeforeValidator(_count)]


class UsageMetadata(_Wire):
    """Tokens by what they were used for; thoughts are not part of `candidates_token_count`."""

    prompt_token_count: Count = None
    candidates_token_count: Count = None
    thoughts_token_count: Count = None


def _usage_or_none(value: object) -> object:
    return value if isinstance(value, dict) else None


class Answer(_Wire):
    """The whole answer; every part of it may be missing."""

    candidates: tuple[Candidate, ...] | None = None
    prompt_feedback: PromptFeedback | None = None
    usage_metadata: Annotated[UsageMetadata | None, BeforeValidator(_usage_or_none)] = None
    response_id: str | None = None
