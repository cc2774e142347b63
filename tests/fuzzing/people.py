"""Somebody else for each request, logged in: whatever it does to its session or its person hinders no other one."""

import hashlib
import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.database import Database

from photochanger.domain.user import Role, User

AT_ONCE = 500
LASTING = timedelta(hours=12)


def new_people(
    database: Database[dict[str, Any]], role: Role, password_hash: str, *, count: int = AT_ONCE
) -> dict[str, str]:
    """Make so many people with this role; give the login of each by the token of the one session."""
    logins = {uuid.uuid4().hex: f"fuzz-{uuid.uuid4().hex}" for _ in range(count)}
    users = [User(login=login, password_hash=password_hash, role=role) for login in logins.values()]
    now = datetime.now(UTC)
    times = {"created_at": now, "expires_at": now + LASTING, "idle_until": now + LASTING}
    sessions = [
        {"_id": hashlib.sha256(token.encode()).hexdigest(), "login": login} | times for token, login in logins.items()
    ]
    database["users"].insert_many([{"_id": user.login} | user.model_dump(mode="json") for user in users])
    database["sessions"].insert_many(sessions)
    return logins


class People:
    """Renewed when everybody had a turn; the crowd before goes, so that lists and backups stay short."""

    def __init__(self, database: Database[dict[str, Any]], role: Role, password_hash: str) -> None:
        self._database, self._role, self._password_hash = database, role, password_hash
        self._lock = threading.Lock()
        self._waiting: list[str] = []
        self._crowds: list[dict[str, str]] = []
        self.login_by_token: dict[str, str] = {}

    def next_token(self) -> str:
        with self._lock:
            if not self._waiting:
                self._renew()
            return self._waiting.pop()

    def _renew(self) -> None:
        # some of the newest crowd may still be asking
        if len(self._crowds) > 1:
            gone = [*self._crowds.pop(0).values()]
            self._database["sessions"].delete_many({"login": {"$in": gone}})
            self._database["users"].delete_many({"_id": {"$in": gone}})
        crowd = new_people(self._database, self._role, self._password_hash)
        self._crowds.append(crowd)
        self._waiting = [*crowd]
        self.login_by_token |= crowd
