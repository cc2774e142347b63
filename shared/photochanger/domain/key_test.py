"""Whether a provider takes its API key, as found out by asking it."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, SecretStr

#: Of a shorter key nothing is shown.
MIN_LENGTH_TO_SHOW = 16


class KeyVerdict(StrEnum):
    """What came of a test."""

    #: the provider takes the key
    ACCEPTED = "accepted"
    #: the provider does not take it, or the account is used up
    REFUSED = "refused"
    #: the provider did not answer, or not so that anybody could tell
    UNKNOWN = "unknown"
    #: there is no key to test
    NO_KEY = "no_key"
    #: nothing can be asked of this provider without making a picture
    NOT_TESTABLE = "not_testable"


class KeyTest(BaseModel):
    """The key that was in force, by its last 4 characters; `detail` is the provider's own error text."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    verdict: KeyVerdict
    detail: str = ""
    last4: str = ""
    tested_at: datetime


def last4_of(key: SecretStr) -> str:
    """Give a key's last characters, for people to recognise it; none of a short key."""
    text = key.get_secret_value()
    return text[-4:] if len(text) >= MIN_LENGTH_TO_SHOW else ""
