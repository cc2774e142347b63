"""Users as they come in and go out."""

from typing import Self

from pydantic import BaseModel

from admin_api.accounts.passwords import NewPassword
from admin_api.rest.endpoint import RequestModel
from admin_api.rest.pages import PageQuery
from photochanger.domain.user import Login, Role, User


class NewUser(RequestModel):
    """Without a password a one-time one is made; `must_change_password` makes the one given here such a one too."""

    login: Login
    password: NewPassword | None = None
    must_change_password: bool = False
    role: Role


class UserChange(RequestModel):
    """What is left out stays."""

    role: Role = Role.VIEWER
    is_active: bool = True


class UserQuery(PageQuery):
    """`cursor` is the `next_cursor` of the page before."""

    cursor: Login | None = None


class UserShown(BaseModel):
    login: str
    role: Role
    is_active: bool
    must_change_password: bool
    version: int

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(**user.model_dump(exclude={"password_hash"}))


class UserWithPassword(UserShown):
    """`one_time_password` is shown this once; None if the password was given."""

    one_time_password: str | None


class UserPage(BaseModel):
    items: tuple[UserShown, ...]
    next_cursor: str | None
