"""Sessions and tokens are one's own, or everybody's for an administrator."""

from typing import Annotated

from pydantic import StringConstraints

from admin_api.accounts.auth import LoggedIn
from admin_api.rest.pages import PageQuery
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role
from photochanger.infrastructure.credential_rows import CURSOR_PATTERN


class WhoseQuery(PageQuery):
    """`cursor` is the `next_cursor` of the page before; `everybody` is for administrators."""

    cursor: Annotated[str, StringConstraints(pattern=CURSOR_PATTERN)] | None = None
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
