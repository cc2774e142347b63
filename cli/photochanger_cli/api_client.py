"""The administrators' REST API, asked with a deadline; what goes wrong comes as an exception that says so."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import httpx

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 20.0
#: Between two pieces of a file; and until a restored one is checked and in force.
FILE_SECONDS, RESTORE_SECONDS = 60.0, 600.0

_TIMEOUT = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
_NOT_ALLOWED = frozenset({401, 403})
_SERVERS_OWN, _TOO_MANY = 500, 429

Answer = dict[str, Any]


class ApiError(Exception):
    """The text is for the person at the terminal."""


class Refused(ApiError):
    """The server understood and refused."""


class NotAllowed(ApiError):
    """Nobody is logged in, the token is wrong, or the role too low."""


class Unavailable(ApiError):
    """The server cannot be reached, is overloaded, or did not answer in time."""


class ApiClient:
    """A context manager; a session that it opened itself ends with it."""

    def __init__(self, url: str, token: str | None = None, *, transport: httpx.BaseTransport | None = None) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=_TIMEOUT, transport=transport, follow_redirects=False)
        self._is_own_session = False
        if token is not None:
            self._take(token)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if self._is_own_session:
                self._http.delete("/api/v1/session")
        except httpx.HTTPError:
            # it ends by itself, half an hour unused
            pass
        finally:
            self._http.close()

    def log_in(self, login: str, password: str) -> None:
        """Open a session for as long as this client is open."""
        session = self.ask("POST", "/api/v1/session", {"login": login, "password": password})
        self._take(str(session["token"]))
        self._is_own_session = True

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str | int | bool | None] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Give the JSON answer, an empty one as {}.

        Raises:
            ApiError: refused, not allowed, or unavailable.
        """
        return self._asked(method, path, body, query, headers)[0]

    def ask_with_version(self, path: str) -> tuple[Answer, dict[str, str]]:
        """Give what is there, and the headers by which a change names this version.

        Raises:
            ApiError: as `ask`.
        """
        answer, headers = self._asked("GET", path, None, None, None)
        return answer, {"If-Match": headers.get("ETag", "*")}

    def pages(self, path: str, *, query: Mapping[str, str | int | bool | None], limit: int) -> Iterator[Answer]:
        """Give up to `limit` items, page by page.

        Raises:
            ApiError: as `ask`.
        """
        cursor, left = None, limit
        while left > 0:
            page = self.ask("GET", path, query={**query, "limit": min(left, 200), "cursor": cursor})
            yield from page["items"]
            left -= len(page["items"])
            cursor = page.get("next_cursor")
            if cursor is None:
                return

    @contextmanager
    def download(self, path: str) -> Iterator[tuple[int | None, Iterator[bytes]]]:
        """Give the announced length and the pieces of the file that a POST answers with.

        Raises:
            ApiError: as `ask`; also when it is cut short.
        """
        timeout = httpx.Timeout(FILE_SECONDS, connect=CONNECT_SECONDS)
        with self._translated(), self._http.stream("POST", path, timeout=timeout) as answer:
            if answer.is_error:
                answer.read()
                raise _error(answer)
            length = answer.headers.get("Content-Length")
            yield None if length is None else int(length), answer.iter_bytes()

    def upload(
        self, path: str, pieces: Iterable[bytes], *, size_bytes: int, query: Mapping[str, str | int | bool | None]
    ) -> Answer:
        """Post a tar file and give the JSON answer.

        Raises:
            ApiError: as `ask`.
        """
        headers = {"Content-Type": "application/x-tar", "Content-Length": str(size_bytes)}
        timeout = httpx.Timeout(FILE_SECONDS, connect=CONNECT_SECONDS, read=RESTORE_SECONDS)
        with self._translated():
            answer = self._http.post(path, content=pieces, params=_said(query), headers=headers, timeout=timeout)
        return _read(answer)

    def _asked(
        self,
        method: str,
        path: str,
        body: object,
        query: Mapping[str, str | int | bool | None] | None,
        headers: Mapping[str, str] | None,
    ) -> tuple[Answer, httpx.Headers]:
        with self._translated():
            answer = self._http.request(method, path, json=body, params=_said(query or {}), headers=dict(headers or {}))
        return _read(answer), answer.headers

    def _take(self, token: str) -> None:
        self._http.headers["Authorization"] = f"Bearer {token}"

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except httpx.TimeoutException as error:
            raise Unavailable(f"{self.url} did not answer in time") from error
        except httpx.HTTPError as error:
            raise Unavailable(f"{self.url} cannot be reached: {type(error).__name__}") from error


def _said(query: Mapping[str, str | int | bool | None]) -> dict[str, str]:
    """Leave out what was not said; truth as the API spells it."""
    texts = {True: "true", False: "false"}
    return {
        name: texts[value] if isinstance(value, bool) else str(value)
        for name, value in query.items()
        if value is not None
    }


def _read(answer: httpx.Response) -> Answer:
    if answer.is_error or answer.is_redirect:
        raise _error(answer)
    if not answer.content:
        return {}
    try:
        read = answer.json()
    except ValueError as error:
        raise Unavailable(f"{answer.url.host} answers, but is no PhotoChanger admin API") from error
    if not isinstance(read, dict):
        raise Unavailable(f"{answer.url.host} answers, but is no PhotoChanger admin API")
    return read


def _error(answer: httpx.Response) -> ApiError:
    told = _problem(answer)
    if answer.status_code in _NOT_ALLOWED:
        return NotAllowed(f"{told} Set PHOTOCHANGER_API_TOKEN, or log in with a role that may.")
    if answer.status_code >= _SERVERS_OWN or answer.status_code == _TOO_MANY:
        after = answer.headers.get("Retry-After")
        return Unavailable(f"{told} Try again in {after} s." if after else told)
    return Refused(told)


def _problem(answer: httpx.Response) -> str:
    try:
        problem = json.loads(answer.content)
        return f"{problem['detail']} ({answer.status_code} {problem['code']})"
    except (ValueError, KeyError, TypeError):
        return f"The server answers {answer.status_code} {answer.reason_phrase}."
