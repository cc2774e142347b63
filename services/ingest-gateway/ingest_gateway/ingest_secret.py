"""The secret a booth shows: a form field, or a header of other programs."""

from collections.abc import Iterable, Mapping, Sequence

from ingest_gateway.client_fields import PASSWORD_FIELD
from ingest_gateway.multipart_reader import TextField
from ingest_gateway.refusal import Refusal
from photochanger.domain.failure import ProblemCode
from photochanger.domain.ingest_password import password_matches
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import Slot

_TOKEN_HEADER = "X-Api-Token"  # noqa: S105 - the header's name
_BEARER = "bearer "


def check_secret(presented: str | None, slot: Slot, settings: PlatformSettings, *, secret_keys: Sequence[str]) -> None:
    """Let the request pass if its secret is the slot's own, or the global one of a slot that has none.

    Raises:
        Refusal: no secret at all (400), or a wrong one (401); with no password set nobody passes.
    """
    if presented is None:
        raise Refusal(ProblemCode.INVALID_REQUEST, "the field `password` is missing")
    own = slot.ingest_password_verifier
    verifiers = settings.accepted_verifiers if own is None else (own,)
    if not presented or not password_matches(presented, verifiers, secret_keys=secret_keys):
        raise Refusal(ProblemCode.INVALID_PASSWORD, "the password is not this slot's")


def presented_secret(fields: Iterable[TextField], headers: Mapping[str, str]) -> str | None:
    """The form's password, else the token header, else the bearer token; None when none of them is there."""
    form = next((field.value for field in fields if field.name == PASSWORD_FIELD), None)
    authorization = headers.get("Authorization", "")
    bearer = authorization[len(_BEARER) :].strip() if authorization.lower().startswith(_BEARER) else None
    shown = [form, headers.get(_TOKEN_HEADER), bearer]
    return next((secret for secret in shown if secret), next((secret for secret in shown if secret is not None), None))
