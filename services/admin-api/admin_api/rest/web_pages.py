"""Serves the built web UI beside the API: its files, and its page for every address that names nothing else."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from admin_api.rest.endpoint import HTML, Handler

#: The page itself, which every address of the UI gets.
INDEX = "/index.html"
#: Files whose names change with their content.
ASSETS = "/assets/"
#: What is never a page of the UI, whatever a browser asks for.
_NO_PAGES = re.compile(r"/(api|assets|health|metrics)(/|$)")
_NO_GZIP = re.compile(r"\bgzip\s*;\s*q=0(\.0+)?\s*(,|$)")
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_TYPES = {
    ".html": f"{HTML}; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class _Content:
    """What is sent; `etag` without its quotes."""

    body: bytes
    etag: str


@dataclass(frozen=True)
class _File:
    content_type: str
    plain: _Content
    compressed: _Content | None
    is_forever: bool


class WebPages:
    """The files of `folder` as they are now: nothing that is put there later, and nothing outside of it, is served."""

    def __init__(self, folder: Path, *, public_base_url: str) -> None:
        """`public_base_url` is where results' pictures and QR codes come from.

        Raises:
            OSError: the folder cannot be read.
        """
        self._files = _read(folder)
        self._headers = page_headers(public_base_url)

    @property
    def middleware(self) -> Middleware:
        """Answers GET and HEAD for the UI; whatever is not the UI's goes on to the API."""

        @web.middleware
        async def serve(request: web.Request, handler: Handler) -> web.StreamResponse:
            file = self._file_for(request)
            return await handler(request) if file is None else self._answer(request, file)

        return serve

    def _file_for(self, request: web.Request) -> _File | None:
        if request.method not in {hdrs.METH_GET, hdrs.METH_HEAD}:
            return None
        if (file := self._files.get(request.path)) is not None:
            return file
        asks_for_page = HTML in request.headers.get(hdrs.ACCEPT, "") and not _NO_PAGES.match(request.path)
        return self._files[INDEX] if asks_for_page or request.path == "/" else None

    def _answer(self, request: web.Request, file: _File) -> web.Response:
        content = file.compressed if file.compressed is not None and _takes_gzip(request) else file.plain
        headers = {
            **self._headers,
            hdrs.CACHE_CONTROL: _FOREVER if file.is_forever else _ASK_AGAIN,
            hdrs.ETAG: f'"{content.etag}"',
            hdrs.VARY: hdrs.ACCEPT_ENCODING,
        }
        known = request.if_none_match or ()
        if any(etag.value in {content.etag, "*"} for etag in known):
            return web.Response(status=web.HTTPNotModified.status_code, headers=headers)
        headers[hdrs.CONTENT_TYPE] = file.content_type
        if content is file.compressed:
            headers[hdrs.CONTENT_ENCODING] = "gzip"
        return web.Response(body=content.body, headers=headers)


def pages_in(folder: Path | None, *, public_base_url: str) -> WebPages | None:
    """Give what serves the folder; without one the API has no UI beside it."""
    return None if folder is None else WebPages(folder, public_base_url=public_base_url)


def page_headers(public_base_url: str) -> Mapping[str, str]:
    """What each answer of the UI carries beside what every answer does; the UI's own image has the same."""
    public = urlsplit(public_base_url)
    policy = {
        "default-src": "'self'",
        "script-src": "'self'",
        # the component library writes its theme's variables into a style element
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob: {public.scheme}://{public.netloc}",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    if public.scheme == "https":
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def _read(folder: Path) -> Mapping[str, _File]:
    """Read every file but hidden ones and the compressed copies, by the path that it is served at."""
    names = {str(file.relative_to(folder)): file for file in folder.rglob("*") if file.is_file()}
    served = (name for name in names if not name.endswith(".gz") and not Path(name).name.startswith("."))
    return {f"/{name}": _file(name, names[name], names.get(f"{name}.gz")) for name in served}


def _file(name: str, file: Path, compressed: Path | None) -> _File:
    return _File(
        content_type=_TYPES.get(file.suffix, "application/octet-stream"),
        plain=_content(file),
        compressed=None if compressed is None else _content(compressed),
        is_forever=f"/{name}".startswith(ASSETS),
    )


def _content(file: Path) -> _Content:
    body = file.read_bytes()
    return _Content(body, hashlib.sha256(body).hexdigest()[:32])


def _takes_gzip(request: web.Request) -> bool:
    accepted = request.headers.get(hdrs.ACCEPT_ENCODING, "")
    return "gzip" in accepted and not _NO_GZIP.search(accepted)
