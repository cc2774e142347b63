"""Forms with one file, and everything that is none."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from admin_api.rest.problems import answer_refusals
from admin_api.rest.upload_form import receive_upload

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async def show(request: web.Request) -> web.Response:
        form = await receive_upload(request)
        return web.json_response({"filename": form.filename, "size": len(form.data), **form.fields})

    app = web.Application(middlewares=[answer_refusals], client_max_size=100_000)
    app.router.add_post("/", show)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_the_first_file_is_taken_and_the_texts_beside_it(client: Client) -> None:
    form = aiohttp.FormData({"name": "Ночь"})
    form.add_field("file", b"12345", filename="a.jpg")

    answer = await client.post("/", data=form)

    assert await answer.json() == {"filename": "a.jpg", "size": 5, "name": "Ночь"}


def part(head: str, body: bytes = b"x") -> bytes:
    return b"--b\r\n" + head.encode() + b"\r\n\r\n" + body + b"\r\n"


FILE = 'Content-Disposition: form-data; name="file"; filename="a.jpg"'
TEXT = 'Content-Disposition: form-data; name="t"'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"--b\r\nnonsense", 400),
        (b"nonsense", 400),
        (b"--b--\r\n", 400),
        (part(FILE, b"") + b"--b--\r\n", 400),
        (part(TEXT) + b"--b--\r\n", 400),
        (part(FILE), 400),
        (part(TEXT, b"\xff\xfe") + part(FILE) + b"--b--\r\n", 400),
        (part(TEXT, b"a\x07") + part(FILE) + b"--b--\r\n", 422),
        (part(TEXT, b"a\xc2\x84") + part(FILE) + b"--b--\r\n", 422),
        (part(TEXT) * 9 + part(FILE) + b"--b--\r\n", 400),
        (part(TEXT, b"x" * 70_000) + part(FILE) + b"--b--\r\n", 400),
        (part(FILE, b"x" * 200_000) + b"--b--\r\n", 413),
        (part("Content-Type: multipart/mixed; boundary=c", b"--c--") + b"--b--\r\n", 400),
    ],
    ids=[
        "nothing",
        "no head",
        "no boundary",
        "no part",
        "empty file",
        "no file",
        "cut short",
        "no text",
        "control character",
        "another control character",
        "too many",
        "long text",
        "long file",
        "nested",
    ],
)
async def test_everything_else_is_refused(client: Client, body: bytes, status: int) -> None:
    answer = await client.post("/", data=body, headers={"Content-Type": "multipart/form-data; boundary=b"})

    assert answer.status == status, await answer.text()


async def test_a_form_without_a_boundary_is_refused(client: Client) -> None:
    answer = await client.post("/", data=b"x", headers={"Content-Type": "multipart/form-data"})

    assert answer.status == 400
