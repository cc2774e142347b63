"""What lets somebody in besides the password: sessions and tokens."""

from photochanger.infrastructure.api_token_repository import ApiTokenRepository
from photochanger.infrastructure.session_repository import SessionRepository


class Access:
    """Every method may raise `DatabaseUnavailable`; done twice it does no more."""

    def __init__(self, sessions: SessionRepository, tokens: ApiTokenRepository) -> None:
        self._sessions = sessions
        self._tokens = tokens

    async def end_sessions(self, login: str, *, keep: str | None = None) -> None:
        """End every session of this person, except the one whose token hash is `keep`."""
        await self._sessions.close_all(login, keep=keep)

    async def end_tokens(self, login: str) -> None:
        await self._tokens.revoke_all(login)

    async def end_everything(self, login: str) -> None:
        await self.end_sessions(login)
        await self.end_tokens(login)
