"""What becomes of an attempt's calls: learned while they are made, written with the attempt's next write."""

from dataclasses import replace

from photochanger.domain.job import Attempt, AttemptOutcome
from photochanger.domain.provider_call import CallEnd, CallOutcome, says_what_was_used
from photochanger.domain.usage import Usage
from photochanger.provider_worker.failures import Charge, FailureKind, ProviderFailure
from photochanger.provider_worker.ports import (
    InputUnavailable,
    InputUnusable,
    ProviderAdapter,
    ProviderAnswer,
    ProviderRequest,
)
from photochanger.provider_worker.price_list import PriceList


class CallLedger:
    """One attempt's ledger in this process: the call that is the last one in the row's."""

    def __init__(self) -> None:
        #: its number in the attempt
        self._n = 0
        #: it is this process's; what became of an earlier owner's only that one knew
        self._is_ours = False
        #: what it is, unless the attempt's end says more; None: not made, or stopped
        self._outcome: CallOutcome | None = None
        self._cost: int | None = 0
        self._usage = Usage()
        self._currency: str | None = None
        #: the provider gave a reference: the call is begun and paid
        self._is_paid = False
        self._was_slow = False

    def take_up(self, attempt: Attempt, *, is_counted: bool) -> None:
        """Begin with what the row says when the attempt is claimed; `is_counted`: its last call is ours to make."""
        self._n, self._is_ours = len(attempt.ledger), is_counted

    def opened(self) -> None:
        """A new call is in the row, and the one before it is closed there."""
        self._n, self._is_ours = self._n + 1, True
        self._outcome, self._cost, self._usage, self._was_slow = None, 0, Usage(), False

    async def made(self, adapter: ProviderAdapter, request: ProviderRequest, prices: PriceList) -> ProviderAnswer:
        """Make the call through `adapter` and remember what it came to; raises what it raises."""
        self._is_ours, self._outcome, self._cost, self._usage = True, None, None, Usage()
        self._is_paid, self._currency = request.reference is not None, prices.currency

        async def keep(reference: str) -> None:
            self._is_paid = True
            await request.keep_reference(reference)

        try:
            answer = await adapter.call(replace(request, keep_reference=keep))
        except ProviderFailure as failure:
            self._outcome = CallOutcome.REFUSED if failure.kind is FailureKind.REFUSED else CallOutcome.FAILED
            self._usage, self._was_slow = failure.usage, failure.kind is FailureKind.TIMEOUT
            if self._is_paid or says_what_was_used(failure.usage):
                self._cost = prices.cost_of(failure.usage)
            elif failure.treatment.charge is not Charge.UNKNOWN:
                self._cost = 0
            raise
        except (InputUnavailable, InputUnusable):
            # our own picture was missing: nothing was sent
            self._outcome, self._cost = CallOutcome.FAILED, 0
            raise
        except BaseException:
            self._cost = prices.cost_of(Usage()) if self._is_paid else None
            raise
        self._outcome, self._usage, self._cost = CallOutcome.DELIVERED, answer.usage, prices.cost_of(answer.usage)
        return answer

    def delivered(self) -> CallEnd:
        """Close the call whose picture becomes the result."""
        return self._closed(CallOutcome.DELIVERED)

    def retried(self) -> CallEnd | None:
        """Close the call that another one follows; None when there was none."""
        return self.ended(AttemptOutcome.FAILED)

    def ended(self, outcome: AttemptOutcome, *, was_cut: bool = False) -> CallEnd | None:
        """Close the call that was the attempt's last; None when there was none, or it was an earlier owner's.

        Args:
            outcome: the attempt's.
            was_cut: the attempt's time was over too, when its job was found to have ended.
        """
        if not self._is_ours:
            return None
        was_slow = self._was_slow and outcome is AttemptOutcome.CUT
        if self._outcome is CallOutcome.REFUSED or (self._outcome is CallOutcome.FAILED and not was_slow):
            return self._closed(self._outcome)
        if self._outcome is None and outcome is AttemptOutcome.LATE and not was_cut:
            return self._closed(CallOutcome.CANCELLED)
        is_late = outcome in {AttemptOutcome.CUT, AttemptOutcome.LATE}
        return self._closed(CallOutcome.LATE if is_late else CallOutcome.FAILED)

    def _closed(self, outcome: CallOutcome) -> CallEnd:
        return CallEnd(self._n, outcome, self._cost, self._currency, self._usage)
