"""A cookie comes with whatever page sends the request: only our own pages may change things with it."""

from collections.abc import Collection

from aiohttp import hdrs, web

from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode

#: A foreign page cannot send it without asking first, and is never allowed to.
OWN_HEADER = "X-PhotoChanger-Request"
SAFE_METHODS = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})

_FETCH_SITE = "Sec-Fetch-Site"
#: What browsers say of requests that the page itself, or the person, made.
_OWN_FETCH_SITES = frozenset({"same-origin", "none"})


class OwnPage:
    """Our pages are those of this host and of `allowed_origins`; with `is_https` only pages that came by https."""

    def __init__(self, *, is_https: bool, allowed_origins: Collection[str] = ()) -> None:
        self.is_https = is_https
        self._allowed_origins = frozenset(allowed_origins)

    def refuse_foreign(self, request: web.Request) -> None:
        """Let a request with a cookie pass if it changes nothing or says that it comes from a page of ours.

        The browser says so in Sec-Fetch-Site, an older one in Origin; a program says so with `OWN_HEADER`.

        Raises:
            Refused: another page sent it, or nothing says that it was ours (403).
        """
        if request.method in SAFE_METHODS:
            return
        is_own = self._is_own(request)
        if not (OWN_HEADER in request.headers if is_own is None else is_own):
            raise Refused(ProblemCode.FORBIDDEN, f"Only the own page may do this with a cookie; or send {OWN_HEADER}.")

    def refuse_foreign_login(self, request: web.Request) -> None:
        """Let nobody be logged in by another page, under a name that is not his.

        Raises:
            Refused: the browser says that another page sent it (403).
        """
        if self._is_own(request) is False:
            raise Refused(ProblemCode.FORBIDDEN, "Only the own page logs in.")

    def _is_own(self, request: web.Request) -> bool | None:
        """Say whether a page of ours sent the request; None: no browser says anything."""
        site, origin = request.headers.get(_FETCH_SITE), request.headers.get(hdrs.ORIGIN)
        if origin in self._allowed_origins:
            return True
        if site is not None:
            return site in _OWN_FETCH_SITES
        return None if origin is None else self._is_this_host(origin, request.host)

    def _is_this_host(self, origin: str, host: str) -> bool:
        schemes = ("https",) if self.is_https else ("http", "https")
        return origin.lower() in {f"{scheme}://{host}".lower() for scheme in schemes}
