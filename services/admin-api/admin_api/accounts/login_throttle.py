"""Slows guessing down without locking the right person out."""

from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.infrastructure.http_server import limit_key
from photochanger.infrastructure.login_failures import LoginFailures
from photochanger.observability import get_logger

log = get_logger(__name__)


class LoginThrottle:
    """Guesses are counted per address and per account, whatever address they come from.

    From an address where the account has logged in within 30 days only that address's own failures count: a stranger
    who keeps guessing slows himself down, not the administrator at his desk. An IPv6 address stands for its /64.
    """

    def __init__(self, failures: LoginFailures) -> None:
        self._failures = failures

    async def begin(self, login: str, *, address: str) -> None:
        """Count an attempt as failed before it is checked, so that attempts at once count each.

        Raises:
            Refused: it has to wait first (429).
        """
        wait = await self._failures.begin_for_address(limit_key(address))
        wait = wait or await self._failures.begin_for_account(await self._account_key(login, address))
        if wait:
            log.warning("login_throttled", address=address, wait_seconds=round(wait, 1))
            detail = "Too many failed attempts; wait a little."
            raise Refused(ProblemCode.RATE_LIMITED, detail, retry_after_seconds=wait)

    async def succeeded(self, login: str, *, address: str) -> None:
        key = await self._account_key(login, address)
        await self._failures.succeeded(key, limit_key(address), known=_pair(login, address))

    async def _account_key(self, login: str, address: str) -> str:
        pair = _pair(login, address)
        return pair if await self._failures.is_known(pair) else login


def _pair(login: str, address: str) -> str:
    """Give a key that is nobody's login: none has a space."""
    return f"{login} from {limit_key(address)}"
