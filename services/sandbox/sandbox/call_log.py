"""Remembers the last calls the sandbox got; never their pictures."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sandbox.behaviours import Behaviour, Provider
from sandbox.operations import Operation
from sandbox.picture_metadata import PictureReport

_PROMPT_KEPT = 1000


@dataclass(frozen=True)
class FetchedLink:
    """A link that Turbotext was given: its path, and what it answered (0: nothing)."""

    path: str
    status: int
    content_type: str = ""
    size_bytes: int = 0


@dataclass(slots=True)
class Call:
    """One call, from its arrival; `duration_seconds` is None while it runs.

    A job of Turbotext is one call: it begins with `create_queue` and ends when its outcome is first told.
    """

    id: str
    received_at: datetime
    provider: Provider
    #: Gemini's and OpenAI's.
    model: str
    streamed: bool
    key_last4: str
    #: Turbotext's, as the five that follow.
    method: str = ""
    queueid: int | None = None
    creates: int = 0
    polls: int = 0
    downloads: int = 0
    inputs: Sequence[FetchedLink] = ()
    body_bytes: int = 0
    operation: Operation | None = None
    pictures: Sequence[PictureReport] = ()
    #: Gemini's: names of the uploaded files among the pictures.
    files: Sequence[str] = ()
    #: The first 1,000 characters.
    prompt: str = ""
    prompt_length: int = 0
    prompt_sha256: str = ""
    aspect_ratio: str | None = None
    image_size: str | None = None
    behaviour: Behaviour | None = None
    status: int | None = None
    duration_seconds: float | None = None
    client_hung_up: bool = False
    #: In millionths of the provider's currency; None: not charged.
    charged_micros: int | None = None

    def note_prompt(self, prompt: str) -> None:
        self.prompt, self.prompt_length = prompt[:_PROMPT_KEPT], len(prompt)
        self.prompt_sha256 = sha256(prompt.encode()).hexdigest()


class CallLog:
    """The newest `limit` calls, and how many there were since the last `clear`."""

    def __init__(self, limit: int = 10_000) -> None:
        self._calls: deque[Call] = deque(maxlen=limit)
        self.total = 0

    def begin(
        self,
        *,
        call_id: str,
        key: str,
        provider: Provider = Provider.GEMINI,
        model: str = "",
        streamed: bool = False,
    ) -> Call:
        """Note a call that has just arrived; the caller fills in the rest as it learns it."""
        last4 = key[-4:] if len(key) > 8 else ""
        call = Call(call_id, datetime.now(UTC), provider, model, streamed, last4)
        self._calls.append(call)
        self.total += 1
        return call

    def find(self, *, prompt_contains: str = "", provider: Provider | None = None, limit: int = 10_000) -> list[Call]:
        """Give the newest `limit` calls of `provider` (None: any) whose kept prompt contains the text, oldest first."""
        fitting = [call for call in self._calls if prompt_contains in call.prompt and provider in {None, call.provider}]
        return fitting[-limit:]

    def clear(self) -> None:
        self._calls.clear()
        self.total = 0
