"""What is wrong before the doors open: each finding names it, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict


class Severity(StrEnum):
    #: photos will fail, or links will not open
    ERROR = "error"
    #: it may go well
    WARNING = "warning"


class FindingCode(StrEnum):
    """The `code` of a finding. Scripts look at it: never rename one."""

    #: there is no such slot
    SLOT_MISSING = "slot_missing"
    #: the slot is switched off
    SLOT_INACTIVE = "slot_inactive"
    #: the slot's event has not begun yet, or is over
    EVENT_CLOSED = "event_closed"
    #: the slot asks for what its provider cannot do
    SLOT_INVALID = "slot_invalid"
    #: neither the slot nor the platform has a password: nobody is let in
    PASSWORD_MISSING = "password_missing"  # noqa: S105 - a code, not a secret
    #: a template picture that the slot uses is gone
    TEMPLATE_MISSING = "template_missing"
    #: the provider does not list the slot's model any more
    MODEL_RETIRED = "model_retired"
    #: the slot's window is shorter than its provider lately takes
    WINDOW_SHORT = "window_short"
    #: the slot takes fewer photos a minute or a day than are expected
    SLOT_LIMIT_SHORT = "slot_limit_short"
    #: the test photo did not come back as a picture
    PHOTO_FAILED = "photo_failed"
    #: the test photo came back late in its window
    PHOTO_SLOW = "photo_slow"
    #: the gateway does not answer
    GATEWAY_UNREACHABLE = "gateway_unreachable"
    #: a provider did not make a picture of the test photo
    PROVIDER_FAILED = "provider_failed"
    #: nobody calls the provider for us: its service is not there or hangs
    PROVIDER_SILENT = "provider_silent"
    #: an administrator has stopped the provider
    PROVIDER_PAUSED = "provider_paused"
    #: the provider failed too often and is not asked now
    BREAKER_OPEN = "breaker_open"
    KEY_MISSING = "key_missing"
    #: the provider does not take its key, or the account is used up
    KEY_REFUSED = "key_refused"
    #: the provider did not say whether it takes its key
    KEY_UNTESTED = "key_untested"
    #: what is left of the day's requests is less than is expected
    QUOTA_SHORT = "quota_short"
    #: the provider takes fewer photos a minute than may come
    RATE_SHORT = "rate_short"
    #: what is left of the day's money is less than is expected to be spent
    MONEY_SHORT = "money_short"
    #: guests are to open links that lead to this very machine only
    PUBLIC_ADDRESS_LOCAL = "public_address_local"
    #: gateway and admin API know different public addresses
    PUBLIC_ADDRESS_DIFFERS = "public_address_differs"
    #: the public link does not show the picture
    PUBLIC_LINK_BROKEN = "public_link_broken"
    CLOCK_SKEW = "clock_skew"
    #: the object store does not keep, give or remove what it should
    STORE_FAILED = "store_failed"
    #: nothing would remove pictures if the janitor stood still
    LIFETIME_MISSING = "lifetime_missing"
    DISK_FULL = "disk_full"
    #: the database, the broker or the store does not answer
    SERVER_SILENT = "server_silent"
    QUEUE_MISSING = "queue_missing"
    QUEUE_WITHOUT_CONSUMER = "queue_without_consumer"
    QUEUE_BACKLOG = "queue_backlog"
    #: messages died within the last hour
    DEAD_LETTERS_GROWING = "dead_letters_growing"
    #: a check did not end in its time
    CHECK_UNFINISHED = "check_unfinished"


#: What to do; `{slot}` and `{provider}` are the finding's own.
_REMEDIES: Mapping[FindingCode, str] = MappingProxyType(
    {
        FindingCode.SLOT_MISSING: "Create the slot, or correct its id.",
        FindingCode.SLOT_INACTIVE: "Enable the slot {slot}.",
        FindingCode.EVENT_CLOSED: "Correct opens_at and closes_at of the slot {slot}, if photos are to come now.",
        FindingCode.SLOT_INVALID: "Correct the named field of the slot {slot} and save it.",
        FindingCode.PASSWORD_MISSING: "Give the slot {slot} a password, or set the ingest password of all slots.",
        FindingCode.TEMPLATE_MISSING: "Upload the picture again and choose it in the slot {slot}.",
        FindingCode.MODEL_RETIRED: "Choose another model in the slot {slot}.",
        FindingCode.WINDOW_SHORT: "Give the slot {slot} a longer window and the booth a time-out 5 s above it.",
        FindingCode.SLOT_LIMIT_SHORT: "Raise the limit of the slot {slot}, or expect fewer photos.",
        FindingCode.PHOTO_FAILED: "See the other findings and the job's page for the cause, then run this again.",
        FindingCode.PHOTO_SLOW: "Give the slot {slot} a longer window, a faster model or a fallback.",
        FindingCode.GATEWAY_UNREACHABLE: "Start the ingest gateway, or correct GATEWAY_URL of the admin API.",
        FindingCode.PROVIDER_FAILED: "Look at the provider {provider}: its key, its status page, its parameters.",
        FindingCode.PROVIDER_SILENT: "Start the service of the provider {provider}.",
        FindingCode.PROVIDER_PAUSED: "Close the breaker of {provider} when it may be asked again.",
        FindingCode.BREAKER_OPEN: "Find out why {provider} fails; it is tried again by itself, or close its breaker.",
        FindingCode.KEY_MISSING: "Give the provider {provider} an API key.",
        FindingCode.KEY_REFUSED: "Give the provider {provider} a valid key, or fill up its account.",
        FindingCode.KEY_UNTESTED: "Run this again; if it stays, look whether {provider} can be reached from here.",
        FindingCode.QUOTA_SHORT: "Raise the daily limit of {provider}, or add a fallback to another provider.",
        FindingCode.RATE_SHORT: "Raise the limit of {provider} a minute, or spread the slots over two providers.",
        FindingCode.MONEY_SHORT: "Raise the daily money limit of {provider}, or expect fewer photos.",
        FindingCode.PUBLIC_ADDRESS_LOCAL: "Set PHOTOCHANGER_PUBLIC_BASE_URL to an address that phones can reach.",
        FindingCode.PUBLIC_ADDRESS_DIFFERS: "Give gateway and admin API the same PHOTOCHANGER_PUBLIC_BASE_URL.",
        FindingCode.PUBLIC_LINK_BROKEN: (
            "Look at the proxy, DNS name and certificate before the gateway, and whether the admin API may reach them."
        ),
        FindingCode.CLOCK_SKEW: "Let the machine take its time from a time server.",
        FindingCode.STORE_FAILED: "Look at the object store, its disk and the rights of its keys.",
        FindingCode.LIFETIME_MISSING: "Restart a service: each sets the lifetimes at its start, if its keys may.",
        FindingCode.DISK_FULL: "Make room on the database's disk.",
        FindingCode.SERVER_SILENT: "Start it, or look why it does not answer.",
        FindingCode.QUEUE_MISSING: "Start the service that consumes it; it makes the queue.",
        FindingCode.QUEUE_WITHOUT_CONSUMER: "Start the service that consumes it.",
        FindingCode.QUEUE_BACKLOG: "Wait until the queue is empty, or start more replicas of its service.",
        FindingCode.DEAD_LETTERS_GROWING: "Look at the dead letters for the reason.",
        FindingCode.CHECK_UNFINISHED: "Run this again; if it stays, what it asks hangs.",
    }
)


class Finding(BaseModel):
    """`problem` is what is wrong, `remedy` what to do about it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: FindingCode
    severity: Severity
    slot_id: str | None = None
    provider: str | None = None
    problem: str
    remedy: str


@dataclass(frozen=True)
class About:
    """Makes findings about one slot, one provider, or neither."""

    slot_id: str | None = None
    provider: str | None = None

    def error(self, code: FindingCode, problem: str) -> Finding:
        return self._finding(code, Severity.ERROR, problem)

    def warning(self, code: FindingCode, problem: str) -> Finding:
        return self._finding(code, Severity.WARNING, problem)

    def _finding(self, code: FindingCode, severity: Severity, problem: str) -> Finding:
        remedy = _REMEDIES[code].format(slot=self.slot_id, provider=self.provider)
        return Finding(
            code=code,
            severity=severity,
            slot_id=self.slot_id,
            provider=self.provider,
            problem=problem,
            remedy=remedy,
        )


PLATFORM = About()
