"""A cookie comes with whatever page sends the request: only our own page may change things with it."""

from urllib.parse import urlsplit

from aiohttp import hdrs, web

from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode

#: A foreign page cannot send it without asking first, and is never allowed to.
OWN_HEADER = "X-PhotoChanger-Request"

_FETCH_SITE = "Sec-Fetch-Site"
#: What browsers say of requests that the page itself, or the person, made.
_OWN_FETCH_SITES = frozenset({"same-origin", "none"})
_SAFE_METHODS = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})


def refuse_foreign_pages(request: web.Request) -> None:
    """Let a request with a cookie pass if it changes nothing or says that it comes from our own page.

    The browser says so in Sec-Fetch-Site, an older one in Origin; a program says so with `OWN_HEADER`.

    Raises:
        Refused: another page sent it, or nothing says that it was ours (403).
    """
    if request.method in _SAFE_METHODS:
        return
    if not _is_own(request):
        raise Refused(ProblemCode.FORBIDDEN, f"Only the own page may do this with a cookie; or send {OWN_HEADER}.")


def _is_own(request: web.Request) -> bool:
    site, origin = request.headers.get(_FETCH_SITE), request.headers.get(hdrs.ORIGIN)
    if site is not None:
        return site in _OWN_FETCH_SITES
    if origin is not None:
        return urlsplit(origin).netloc.lower() == request.host.lower()
    return OWN_HEADER in request.headers
