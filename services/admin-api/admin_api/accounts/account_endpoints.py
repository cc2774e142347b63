"""Puts together who may log in, how, and what that opens."""

from admin_api.accounts.access import Access
from admin_api.accounts.auth import Auth
from admin_api.accounts.log_in import LogIn
from admin_api.accounts.login_throttle import LoginThrottle
from admin_api.accounts.passwords import Passwords
from admin_api.accounts.session_list_routes import SessionListRoutes
from admin_api.accounts.session_routes import SessionRoutes
from admin_api.accounts.token_routes import TokenRoutes
from admin_api.accounts.user_routes import UserRoutes
from admin_api.operations.audit import Audit
from admin_api.rest.endpoint import Endpoint
from admin_api.rest.own_page import OwnPage
from photochanger.infrastructure.api_token_repository import ApiTokenRepository
from photochanger.infrastructure.audit_repository import AuditRepository
from photochanger.infrastructure.login_failures import LoginFailures
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.session_repository import SessionRepository
from photochanger.infrastructure.user_repository import UserRepository


class Accounts:
    def __init__(self, mongo: Mongo, own_page: OwnPage) -> None:
        database = mongo.database
        self.users = UserRepository(database)
        self.passwords = Passwords()
        self._sessions, self._tokens = SessionRepository(database), ApiTokenRepository(database)
        self._throttle = LoginThrottle(LoginFailures(database))
        self._audit = Audit(AuditRepository(database))
        self.auth = Auth(self.users, self._sessions, self._tokens, own_page)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Give the routes of sessions, tokens and users."""
        users, sessions, passwords, audit = self.users, self._sessions, self.passwords, self._audit
        access = Access(sessions, self._tokens)
        log_in = LogIn(users, sessions, passwords, self._throttle)
        of_session = SessionRoutes(self.auth, log_in, users, access=access, passwords=passwords, audit=audit)
        return (
            *of_session.endpoints(),
            *SessionListRoutes(sessions, audit).endpoints(),
            *TokenRoutes(self._tokens, users, audit).endpoints(),
            *UserRoutes(users, passwords, access, audit).endpoints(),
        )
