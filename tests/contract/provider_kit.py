"""What every provider service does with everything a provider may do: the cases, and one call of a case at the wire.

`docs/providers.md` shows the same table. A new provider is one more `Provider` in `provider_wires.py`.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import Enum

import aiohttp
import pytest
from pydantic import JsonValue, SecretStr

from photochanger.domain.failure import FailureReason, Problem, problem_for
from photochanger.domain.job import REASON_OF_OUTCOME
from photochanger.domain.slot import Operation
from photochanger.imaging.errors import UnusableResult
from photochanger.imaging.result_check import FinishedPicture, OutputWish, finish
from photochanger.provider_worker.failures import TREATMENTS, Charge, FailureKind, ProviderFailure
from photochanger.provider_worker.ports import ProviderAdapter, ProviderAnswer, ProviderRequest
from tests.provider_images import CountingPlace, GivenImages

KEY = "canary-key-0123456789"
PROMPT = "Paint it"
CALL_SECONDS = 10.0


class End(Enum):
    """How a call ends that is no failure of its provider's."""

    #: a usable picture
    PICTURE = "picture"
    #: nothing came: our own deadline cuts the call
    CUT = "cut"


@dataclass(frozen=True)
class Case:
    """One thing that a provider may do; `name` is its row in `docs/providers.md`."""

    name: str
    end: End | FailureKind
    #: the answer was read whole, so that what the provider says the call used is known
    is_read: bool = False

    @property
    def problem(self) -> Problem | None:
        """What the booth is told when nothing helped, None for a picture."""
        if self.end is End.PICTURE:
            return None
        reason = None if self.end is End.CUT else REASON_OF_OUTCOME[TREATMENTS[FailureKind(self.end)].outcome]
        return problem_for(reason or FailureReason.TIMEOUT)

    @property
    def row(self) -> tuple[str, ...]:
        """Case, kind, calls at most, charge, HTTP status, code."""
        problem = self.problem
        told = ("200", "-") if problem is None else (str(problem.status), problem.code.value)
        if isinstance(self.end, End):
            charge = Charge.AS_USED if self.end is End.PICTURE else Charge.UNKNOWN
            return self.name, "-", "1", charge.value, *told
        treatment = TREATMENTS[self.end]
        charge = Charge.AS_USED if self.is_read else treatment.charge
        return self.name, self.end.value, str(treatment.max_calls), charge.value, *told


SUCCESS = Case("a picture", End.PICTURE)
SLOW = Case("a picture, slowly", End.PICTURE)
OTHER_TYPE = Case("a picture of another type than it says", End.PICTURE)
REFUSAL = Case("a refusal", FailureKind.REFUSED)
NO_PICTURE = Case("200 without a picture", FailureKind.NO_IMAGE)
RATE_LIMIT = Case("429 with a delay", FailureKind.QUOTA)
SILENT_RATE_LIMIT = Case("429 without a delay", FailureKind.QUOTA)
BAD_KEY = Case("a bad key", FailureKind.AUTH)
BAD_REQUEST = Case("another 4xx, or its like", FailureKind.BAD_REQUEST)
SERVER_ERROR = Case("5xx", FailureKind.OVERLOADED)
PROXY_PAGE = Case("502 with a proxy's page", FailureKind.OVERLOADED)
GARBAGE = Case("200, no JSON", FailureKind.GARBAGE)
HTML = Case("200, an HTML page", FailureKind.GARBAGE)
TRUNCATED = Case("200, JSON cut short", FailureKind.GARBAGE)
DROP = Case("the connection closes without an answer", FailureKind.TRANSPORT)
BROKEN_OFF = Case("the connection closes within the answer", FailureKind.TRANSPORT)
HANG = Case("no answer at all", End.CUT)
DRIP = Case("an answer drop by drop", End.CUT)
HUGE = Case("an answer of 60 MB", FailureKind.BAD_PICTURE)
WRONG_TYPE = Case("text instead of a picture", FailureKind.BAD_PICTURE, is_read=True)
BLANK = Case("a blank picture", FailureKind.BAD_PICTURE, is_read=True)
CUT_PICTURE = Case("half a picture", FailureKind.BAD_PICTURE, is_read=True)

CASES = (
    SUCCESS, SLOW, OTHER_TYPE, REFUSAL, NO_PICTURE, RATE_LIMIT, SILENT_RATE_LIMIT, BAD_KEY, BAD_REQUEST, SERVER_ERROR,
    PROXY_PAGE, GARBAGE, HTML, TRUNCATED, DROP, BROKEN_OFF, HANG, DRIP, HUGE, WRONG_TYPE, BLANK, CUT_PICTURE,
)  # fmt: skip


async def the_key() -> SecretStr:
    return SecretStr(KEY)


OpenAdapter = Callable[[str], AbstractAsyncContextManager[ProviderAdapter]]


@dataclass(frozen=True)
class Provider:
    """One provider service as the kit sees it."""

    name: str
    #: opens the adapter on the address of a server that plays the provider; it calls with `KEY`
    open_adapter: OpenAdapter
    #: the sandbox's behaviour for each of `CASES`
    behaviours: Mapping[Case, str]
    operation: Operation = Operation.IMAGE_EDIT


class Wire:
    """A provider's adapter, and the server that plays the provider."""

    def __init__(self, provider: Provider, adapter: ProviderAdapter, url: str, images: GivenImages) -> None:
        self.provider, self.adapter, self.url, self.images = provider, adapter, url, images
        self.place = CountingPlace()

    async def call(self, prompt: str = PROMPT, *, seconds: float = CALL_SECONDS, **params: JsonValue) -> ProviderAnswer:
        request = ProviderRequest(
            self.provider.operation, {"prompt": prompt, **params}, self.images, self.place, seconds
        )
        return await self.adapter.call(request)

    async def picture(self, case: Case = SUCCESS) -> FinishedPicture:
        """Make the call and check its picture as the loop does.

        Raises:
            ProviderFailure: there is none.
        """
        answer = await self.call(f"{PROMPT} [sandbox:{self.provider.behaviours[case]}]")
        try:
            checked = finish(answer.data, OutputWish(png_wanted=False, alpha_matters=False, quality=90, max_side=None))
        except UnusableResult as error:
            raise ProviderFailure(FailureKind.BAD_PICTURE, error.reason) from error
        return FinishedPicture(
            checked.changed or answer.data, checked.type, checked.width, checked.height, checked.sha256
        )

    async def failure(self, case: Case) -> ProviderFailure:
        """Give the call's failure, which tells no secret."""
        with pytest.raises(ProviderFailure) as caught:
            await self.picture(case)
        assert KEY not in caught.value.detail
        assert PROMPT not in caught.value.detail
        assert len(caught.value.detail) <= 300
        assert caught.value.detail.isprintable()
        return caught.value

    async def calls(self) -> list[dict[str, object]]:
        """What the sandbox was asked."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/control/calls") as response:
            found: list[dict[str, object]] = (await response.json())["calls"]
            return found
