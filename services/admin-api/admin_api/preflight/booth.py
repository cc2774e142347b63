"""A booth of our own: posts a photo as DSLR Remote Pro does, proved by the service token instead of a password."""

import json
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.resources import files

import aiohttp
from aiohttp import hdrs

from photochanger.domain.service_token import SERVICE_TOKEN_HEADER, service_token

BOOTH_NAME = "PREFLIGHT"
FILENAME = "IMG_0003.JPG"
CONNECT_SECONDS = 2.0
KNOCK_SECONDS = 2.0

#: The client's own text parts in its order; what it tells of itself is told so that people see who it was.
_FIELDS = (
    ("user_id", "preflight"),
    ("id", "PREFLIGHT_00000001."),
    ("profile", r"C:\Users\booth\Documents\PhotoboothImages\setup.xml"),
    ("status", r"C:\Users\booth\Documents\PhotoboothImages\screen\preview.jpg"),
    ("hash", "0" * 40),
    ("name", BOOTH_NAME),
    ("model", "Windows"),
    ("version", "3.30.2"),
)


class GatewayUnreachable(Exception):
    """Nobody took the photo, or nobody answered."""


@dataclass(frozen=True)
class BoothAnswer:
    """What the booth would have got, after `seconds`; `code` and `detail` are an error's."""

    status: int
    seconds: float
    body: bytes
    content_type: str
    job_id: str | None
    result_url: str | None
    code: str
    detail: str

    @property
    def is_picture(self) -> bool:
        return self.status == 200 and self.content_type.startswith("image/") and bool(self.body)


class OwnBooth:
    """One session of a process, whose end closes the booth."""

    def __init__(self, http: aiohttp.ClientSession, gateway_url: str, *, secret_key: str) -> None:
        self._http, self._url = http, gateway_url
        self._token = service_token(secret_key)

    async def shoot(self, slot_id: str, photo: bytes, *, seconds: float) -> BoothAnswer:
        """Post the photo through the slot.

        Raises:
            GatewayUnreachable: no answer within `seconds`, or nobody there.
        """
        boundary = "-" * 12 + "".join(secrets.choice("0123456789") for _ in range(24))
        headers = {
            hdrs.CONTENT_TYPE: f"multipart/form-data; boundary={boundary}",
            SERVICE_TOKEN_HEADER: self._token,
        }
        started = time.monotonic()
        try:
            async with self._http.post(
                f"{self._url}/ingest/{slot_id}",
                data=booth_body(photo, boundary, unix_seconds=int(time.time())),
                headers=headers,
                skip_auto_headers=(hdrs.USER_AGENT, hdrs.ACCEPT, hdrs.ACCEPT_ENCODING),
                expect100=True,
                timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS),
            ) as answer:
                return _answer(answer, await answer.read(), seconds=time.monotonic() - started)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise GatewayUnreachable(f"{type(error).__name__} after {time.monotonic() - started:.0f} s") from error

    async def gateway_time(self) -> datetime | None:
        """What the gateway's clock says, in whole seconds; None when it does not tell.

        Raises:
            GatewayUnreachable: it does not answer.
        """
        timeout = aiohttp.ClientTimeout(total=KNOCK_SECONDS)
        try:
            async with self._http.get(f"{self._url}/internal/test-runs", timeout=timeout) as answer:
                told = answer.headers.get(hdrs.DATE)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise GatewayUnreachable(type(error).__name__) from error
        return None if told is None else parsedate_to_datetime(told).astimezone(UTC)


def own_photo() -> bytes:
    """The photograph that ships with the admin API."""
    return files("admin_api.preflight").joinpath("photo.jpg").read_bytes()


def booth_body(photo: bytes, boundary: str, *, unix_seconds: int) -> bytes:
    """Give the multipart body in the client's own order: the file first, text parts without a charset."""
    head = (
        f'Content-Disposition: form-data; name="fileToUpload"; filename="{FILENAME}"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    texts = [("time", str(unix_seconds)), *_FIELDS]
    parts = [head.encode() + photo]
    parts += [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in texts]
    opening = f"--{boundary}\r\n".encode()
    return b"".join(opening + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()


def _answer(answer: aiohttp.ClientResponse, body: bytes, *, seconds: float) -> BoothAnswer:
    problem = _problem(body) if answer.content_type.endswith("json") else {}
    return BoothAnswer(
        status=answer.status,
        seconds=seconds,
        body=body,
        content_type=answer.content_type,
        job_id=answer.headers.get("X-Job-Id"),
        result_url=answer.headers.get("X-Result-Url"),
        code=str(problem.get("code", "")),
        detail=str(problem.get("detail", "")),
    )


def _problem(body: bytes) -> dict[str, object]:
    try:
        problem = json.loads(body)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
