"""People who may log in: administrators list, create, change, disable and delete them."""

from collections.abc import Mapping

from aiohttp import hdrs, web

from admin_api.accounts.access import Access
from admin_api.accounts.auth import actor_of
from admin_api.accounts.password_rules import password_fault
from admin_api.accounts.passwords import Passwords, one_time_password
from admin_api.accounts.user_models import NewUser, UserChange, UserPage, UserQuery, UserShown, UserWithPassword
from admin_api.operations.audit import Audit
from admin_api.rest.conflict import ConflictReason, conflict
from admin_api.rest.endpoint import Endpoint, body_of, json_answer, query_of
from admin_api.rest.field_fault import FieldFault
from admin_api.rest.pages import cut_page
from admin_api.rest.problems import Refused
from admin_api.rest.versions import check_if_match, version_conflict
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role, User
from photochanger.infrastructure.user_repository import UserRepository, Written

PATH = "/api/v1/users"

_CHANGE_PROBLEMS = (ProblemCode.CONFLICT, ProblemCode.VERSION_CONFLICT, ProblemCode.PRECONDITION_REQUIRED)


class UserRoutes:
    def __init__(self, users: UserRepository, passwords: Passwords, access: Access, audit: Audit) -> None:
        self._users = users
        self._passwords = passwords
        self._access = access
        self._audit = audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        one = f"{PATH}/{{login}}"
        return (
            Endpoint(
                hdrs.METH_GET, PATH, self.list, Role.ADMIN, summary="Who may log in", query=UserQuery, answer=UserPage
            ),
            Endpoint(
                hdrs.METH_POST,
                PATH,
                self.create,
                Role.ADMIN,
                summary="Create a user; without a password he gets a one-time one, which is shown this once",
                body=NewUser,
                answer=UserWithPassword,
                status=201,
                problems=(ProblemCode.CONFLICT,),
                needs_session=True,
            ),
            Endpoint(hdrs.METH_GET, one, self.show, Role.ADMIN, summary="One user, with its ETag", answer=UserShown),
            Endpoint(
                hdrs.METH_PATCH,
                one,
                self.change,
                Role.ADMIN,
                summary="Give a user another role, disable or enable; disabling ends his sessions",
                body=UserChange,
                answer=UserShown,
                problems=_CHANGE_PROBLEMS,
                needs_session=True,
            ),
            Endpoint(
                hdrs.METH_DELETE,
                one,
                self.delete,
                Role.ADMIN,
                summary="Delete a user, his sessions and tokens",
                status=204,
                problems=_CHANGE_PROBLEMS,
                needs_session=True,
            ),
            Endpoint(
                hdrs.METH_POST,
                f"{one}/one-time-password",
                self.give_one_time_password,
                Role.ADMIN,
                summary="Give a one-time password to somebody who lost his; ends his sessions and tokens",
                answer=UserWithPassword,
                problems=_CHANGE_PROBLEMS,
                needs_session=True,
            ),
        )

    async def list(self, request: web.Request) -> web.Response:
        query = query_of(request, UserQuery)
        found = await self._users.page(limit=query.limit + 1, after=query.cursor)
        page, next_cursor = cut_page(found, limit=query.limit, cursor_of=lambda user: user.login)
        return json_answer(UserPage(items=tuple(map(UserShown.of, page)), next_cursor=next_cursor))

    async def show(self, request: web.Request) -> web.Response:
        user = await self._named(request)
        return json_answer(UserShown.of(user), version=user.version)

    async def create(self, request: web.Request) -> web.Response:
        asked = body_of(request, NewUser)
        made = one_time_password() if asked.password is None else None
        password = made or (asked.password.get_secret_value() if asked.password else "")
        if wrong := password_fault(password, login=asked.login):
            raise Refused.for_faults(FieldFault.at("password", wrong=wrong))
        user = User(
            login=asked.login,
            password_hash=await self._passwords.hash(password),
            role=asked.role,
            must_change_password=asked.must_change_password or made is not None,
        )
        async with self._audit.change(actor_of(request), "create", _target(user), None, _told(user)):
            if not await self._users.insert_if_missing(user):
                raise conflict(ConflictReason.LOGIN_TAKEN, "There is a user with this login.")
        return _with_password(user, made, status=201)

    async def change(self, request: web.Request) -> web.Response:
        before = await self._to_be_changed(request)
        changes = body_of(request, UserChange).model_dump(exclude_unset=True)
        after = await self._replaced(request, "change", before, changes)
        return json_answer(UserShown.of(after), version=after.version)

    async def give_one_time_password(self, request: web.Request) -> web.Response:
        before = await self._to_be_changed(request)
        made = one_time_password()
        changes = {"password_hash": await self._passwords.hash(made), "must_change_password": True}
        after = await self._replaced(request, "give_one_time_password", before, changes)
        return _with_password(after, made)

    async def delete(self, request: web.Request) -> web.Response:
        user = await self._to_be_changed(request)
        async with self._audit.change(actor_of(request), "delete", _target(user), _told(user)):
            _refuse_unless_done(await self._users.delete(user.login, expected_version=user.version))
            await self._access.end_everything(user.login)
        return web.Response(status=204)

    async def _replaced(self, request: web.Request, action: str, before: User, changes: Mapping[str, object]) -> User:
        after = before.model_copy(update={**changes, "version": before.version + 1})
        async with self._audit.change(actor_of(request), action, _target(after), _told(before), _told(after)):
            _refuse_unless_done(await self._users.replace(after, expected_version=before.version))
            if "password_hash" in changes:
                await self._access.end_everything(after.login)
            elif not after.is_active:
                await self._access.end_sessions(after.login)
        return after

    async def _to_be_changed(self, request: web.Request) -> User:
        user = await self._named(request)
        check_if_match(request, version=user.version)
        if user.login == actor_of(request).login:
            raise conflict(
                ConflictReason.OWN_USER,
                "Somebody else has to do this to you; your own password changes at /api/v1/session/password.",
            )
        return user

    async def _named(self, request: web.Request) -> User:
        user = await self._users.find(request.match_info["login"])
        if user is None:
            raise Refused(ProblemCode.NOT_FOUND, "No such user.")
        return user


def _refuse_unless_done(written: Written) -> None:
    if written is Written.LAST_ADMINISTRATOR:
        raise conflict(ConflictReason.LAST_ADMINISTRATOR, "This is the last administrator.")
    if written is Written.CHANGED_MEANWHILE:
        raise version_conflict()


def _with_password(user: User, password: str | None, *, status: int = 200) -> web.Response:
    shown = UserWithPassword(**UserShown.of(user).model_dump(), one_time_password=password)
    return json_answer(shown, status=status, version=user.version)


def _told(user: User) -> dict[str, object]:
    return UserShown.of(user).model_dump(mode="json")


def _target(user: User) -> str:
    return f"users/{user.login}"
