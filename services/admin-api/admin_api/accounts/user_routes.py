"""People who may log in: administrators list, create, change and disable them."""

from typing import Self

from aiohttp import hdrs, web
from pydantic import BaseModel

from admin_api.accounts.auth import Auth, actor_of
from admin_api.accounts.passwords import NewPassword, Passwords
from admin_api.operations.audit import Audit
from admin_api.rest.endpoint import Endpoint, RequestModel, body_of, json_answer
from admin_api.rest.problems import Refused
from admin_api.rest.versions import check_if_match, version_conflict
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Login, Role, User
from photochanger.infrastructure.user_repository import UserRepository

PATH = "/api/v1/users"


class NewUser(RequestModel):
    login: Login
    password: NewPassword
    role: Role


class UserChange(RequestModel):
    """What is left out stays; a new password is for somebody who forgot his."""

    role: Role = Role.VIEWER
    is_active: bool = True
    password: NewPassword | None = None


class UserShown(BaseModel):
    login: str
    role: Role
    is_active: bool
    version: int

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(login=user.login, role=user.role, is_active=user.is_active, version=user.version)


class UserList(BaseModel):
    items: tuple[UserShown, ...]


class UserRoutes:
    def __init__(self, users: UserRepository, passwords: Passwords, auth: Auth, audit: Audit) -> None:
        self._users = users
        self._passwords = passwords
        self._auth = auth
        self._audit = audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        one = f"{PATH}/{{login}}"
        return (
            Endpoint(hdrs.METH_GET, PATH, self.list, Role.ADMIN, summary="Who may log in", answer=UserList),
            Endpoint(
                hdrs.METH_POST,
                PATH,
                self.create,
                Role.ADMIN,
                summary="Create a user",
                body=NewUser,
                answer=UserShown,
                status=201,
                problems=(ProblemCode.CONFLICT,),
            ),
            Endpoint(hdrs.METH_GET, one, self.show, Role.ADMIN, summary="One user, with its ETag", answer=UserShown),
            Endpoint(
                hdrs.METH_PATCH,
                one,
                self.change,
                Role.ADMIN,
                summary="Give a user another role or password, disable or enable; a role apart, it ends his sessions",
                body=UserChange,
                answer=UserShown,
                problems=(ProblemCode.CONFLICT, ProblemCode.VERSION_CONFLICT, ProblemCode.PRECONDITION_REQUIRED),
            ),
        )

    async def list(self, _request: web.Request) -> web.Response:
        return json_answer(UserList(items=tuple(UserShown.of(user) for user in await self._users.list())))

    async def show(self, request: web.Request) -> web.Response:
        user = await self._named(request)
        return json_answer(UserShown.of(user), version=user.version)

    async def create(self, request: web.Request) -> web.Response:
        asked = body_of(request, NewUser)
        password_hash = await self._passwords.hash(asked.password.get_secret_value())
        user = User(login=asked.login, password_hash=password_hash, role=asked.role)
        shown = UserShown.of(user)
        told = shown.model_dump(mode="json")
        async with self._audit.change(actor_of(request), "create", _target(user), None, told):
            if not await self._users.insert_if_missing(user):
                raise Refused(ProblemCode.CONFLICT, "There is a user with this login.")
        return json_answer(shown, status=201, version=user.version)

    async def change(self, request: web.Request) -> web.Response:
        before = await self._named(request)
        check_if_match(request, version=before.version)
        if before.login == actor_of(request).login:
            raise Refused(
                ProblemCode.CONFLICT,
                "Somebody else has to do this to you; your own password changes at /api/v1/session/password.",
            )
        asked = body_of(request, UserChange)
        changes = asked.model_dump(exclude_unset=True, exclude={"password"})
        if asked.password is not None:
            changes["password_hash"] = await self._passwords.hash(asked.password.get_secret_value())
        after = before.model_copy(update={**changes, "version": before.version + 1})
        old, new = UserShown.of(before).model_dump(mode="json"), UserShown.of(after).model_dump(mode="json")
        told = new if asked.password is None else {**new, "password": "another one"}
        async with self._audit.change(actor_of(request), "change", _target(after), old, told):
            if not await self._users.replace(before.model_copy(update=changes), expected_version=before.version):
                raise version_conflict()
            if not after.is_active or asked.password is not None:
                await self._auth.log_out_everywhere(after.login)
        return json_answer(UserShown.of(after), version=after.version)

    async def _named(self, request: web.Request) -> User:
        user = await self._users.find(request.match_info["login"])
        if user is None:
            raise Refused(ProblemCode.NOT_FOUND, "No such user.")
        return user


def _target(user: User) -> str:
    return f"users/{user.login}"
