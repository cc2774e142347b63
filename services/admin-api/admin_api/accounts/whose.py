"""Sessions and tokens are one's own, or everybody's for an administrator."""

from collections.abc import Iterator
from contextlib import contextmanager

from admin_api.accounts.auth import LoggedIn
from admin_api.rest.pages import CursorQuery
from admin_api.rest.problems import FieldFault, Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role


class WhoseQuery(CursorQuery):
    """`cursor` is the `next_cursor` of the page before; `everybody` is for administrators."""

    everybody: bool = False


def everybody_or_own(query: WhoseQuery, logged_in: LoggedIn) -> str | None:
    """Give the login whose rows are asked for, None for everybody's.

    Raises:
        Refused: only administrators see everybody's (403).
    """
    if not query.everybody:
        return logged_in.user.login
    if logged_in.user.role is not Role.ADMIN:
        raise Refused(ProblemCode.FORBIDDEN, f"Everybody's need the role {Role.ADMIN}.")
    return None


@contextmanager
def refuse_wrong_cursor() -> Iterator[None]:
    """Turn the `ValueError` of a cursor that is no place into a 422."""
    try:
        yield
    except ValueError as error:
        raise Refused.for_faults(FieldFault.at("cursor", detail="is not from a page before")) from error
