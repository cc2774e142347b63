"""What is wrong with one field of a request: a code and its bounds for programs, words for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import JsonValue


class FaultCode(StrEnum):
    """What is wrong with a field, for programs. `limit`, `allowed` and `subject` are there where they are named."""

    #: it must be there
    MISSING = "missing"
    #: there is no such field
    UNKNOWN_FIELD = "unknown_field"
    #: it is given more than once
    REPEATED = "repeated"
    #: not of a kind that is `allowed`: text, number, whole_number, yes_or_no, list, object
    WRONG_TYPE = "wrong_type"
    #: no time as RFC 3339 writes it, with its offset
    NOT_A_TIME = "not_a_time"
    #: before the year `limit`
    TOO_EARLY = "too_early"
    #: after the year `limit`
    TOO_LATE = "too_late"
    #: a text of fewer than `limit` characters
    TOO_SHORT = "too_short"
    #: a text of more than `limit` characters
    TOO_LONG = "too_long"
    #: a list of fewer than `limit` things
    LIST_TOO_SHORT = "list_too_short"
    #: a list of more than `limit` things
    LIST_TOO_LONG = "list_too_long"
    #: a number below `limit`
    TOO_SMALL = "too_small"
    #: a number above `limit`
    TOO_LARGE = "too_large"
    #: a number that must be more than `limit`
    NOT_ABOVE = "not_above"
    #: a number that must be less than `limit`
    NOT_BELOW = "not_below"
    #: no multiple of `limit`
    NOT_A_MULTIPLE = "not_a_multiple"
    #: more digits than 64 bits hold
    TOO_MANY_DIGITS = "too_many_digits"
    #: not written as it must be
    WRONG_FORM = "wrong_form"
    #: none of `allowed`
    NOT_ALLOWED = "not_allowed"
    #: it holds control characters
    CONTROL_CHARACTERS = "control_characters"
    #: a name that begins with $, or holds . or control characters
    BAD_NAME = "bad_name"
    #: other than printable ASCII without spaces
    BAD_CHARACTERS = "bad_characters"
    #: two fields of which one alone may be given, and must be
    ONE_OF_BOTH = "one_of_both"
    #: fewer than `limit` minutes
    PERIOD_TOO_SHORT = "period_too_short"
    #: more than `limit` days
    PERIOD_TOO_LONG = "period_too_long"
    #: the end is not after the beginning
    ENDS_BEFORE_START = "ends_before_start"
    #: somebody or something has this id already
    TAKEN = "taken"
    #: there is no slot `subject`
    UNKNOWN_SLOT = "unknown_slot"
    #: none of the providers, which are `allowed`
    UNKNOWN_PROVIDER = "unknown_provider"
    #: the provider `subject` does not do this, but what is `allowed`
    UNKNOWN_OPERATION = "unknown_operation"
    #: there is no such template picture
    UNKNOWN_TEMPLATE = "unknown_template"
    #: no role of the slot's operations, which are `allowed`
    UNKNOWN_ROLE = "unknown_role"
    #: a template picture in the role `subject` must be there
    TEMPLATE_MISSING = "template_missing"
    #: more than `limit` template pictures in the role `subject`
    TOO_MANY_TEMPLATES = "too_many_templates"
    #: a warning: the provider `subject` has no API key
    NO_KEY = "no_key"
    #: a warning: the provider `subject` does not list this model
    MODEL_NOT_LISTED = "model_not_listed"
    #: a limit of money for a provider whose manifest has no prices
    NO_PRICES = "no_prices"
    #: the file names a picture that is neither in it nor here
    PICTURE_MISSING = "picture_missing"
    #: no base64
    NOT_BASE64 = "not_base64"
    #: other bytes than the digest's
    WRONG_DIGEST = "wrong_digest"
    #: not the password that one has
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a code, no password
    #: the new password is the old one
    SAME_PASSWORD = "same_password"  # noqa: S105 - a code, no password
    #: one of the passwords that anybody tries first
    COMMON_PASSWORD = "common_password"  # noqa: S105 - a code, no password
    #: the password holds the login
    HOLDS_LOGIN = "holds_login"
    #: the password has fewer than `limit` different characters
    TOO_FEW_CHARACTERS = "too_few_characters"
    #: a role above one's own
    ROLE_ABOVE_OWN = "role_above_own"
    #: none of the others: the words alone say what is wrong
    OTHER = "other"


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a value, never the value; `detail` is in English."""

    code: FaultCode
    detail: str
    limit: float | None = None
    allowed: tuple[str, ...] = ()
    subject: str | None = None


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field; `pointer` is its JSON pointer, in the query `/name`.

    A warning may be overridden by whoever knows better.
    """

    pointer: str
    wrong: Wrong
    is_warning: bool = False

    @classmethod
    def at(cls, *path: str | int, wrong: Wrong, is_warning: bool = False) -> "FieldFault":
        """Name the field by its path."""
        return cls(json_pointer(*path), wrong, is_warning)

    @property
    def detail(self) -> str:
        return self.wrong.detail

    def as_json(self) -> dict[str, JsonValue]:
        """Give what a problem tells of it: only what it has."""
        bounds: Mapping[str, JsonValue] = {
            "limit": self.wrong.limit,
            "allowed": [*self.wrong.allowed] or None,
            "subject": self.wrong.subject,
            "is_warning": self.is_warning or None,
        }
        told: dict[str, JsonValue] = {"pointer": self.pointer, "detail": self.detail, "code": self.wrong.code.value}
        return told | {name: bound for name, bound in bounds.items() if bound is not None}


def json_pointer(*path: str | int) -> str:
    """Name a place in a JSON document (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
