"""People who may log in, and what they may do."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Login = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$"), Field(examples=["studio"])]


class Role(StrEnum):
    #: sees
    VIEWER = "viewer"
    #: sees, downloads, cancels
    OPERATOR = "operator"
    #: changes everything
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Whether this role may do all that the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)

    def at_most(self, other: "Role") -> "Role":
        """Give the lower of the two."""
        return other if self.includes(other) else self


class User(BaseModel):
    """`password_hash` is argon2id in its own text form; a one-time password must be changed before anything else."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    login: Login
    password_hash: str
    role: Role
    is_active: bool = True
    must_change_password: bool = False
    version: int = 1

    @property
    def is_administrator(self) -> bool:
        """Whether this user can log in and change everything."""
        return self.is_active and self.role is Role.ADMIN
