"""The sandbox's Files API at the wire: the resumable protocol, states, the end of a file's life."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
import pytest
import pytest_asyncio

pytestmark = pytest.mark.asyncio(loop_scope="package")

KEY = "key-of-tests"
PIECE = 262_144


@dataclass(frozen=True)
class Said:
    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Uploader:
    """Speaks the protocol step by step."""

    session: aiohttp.ClientSession
    url: str

    async def post(self, url: str, data: bytes = b"", **headers: str) -> Said:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.post(url, data=data, headers=named) as answer:
            body = await answer.read()
            return Said(answer.status, dict(answer.headers), orjson.loads(body) if body.startswith(b"{") else body)

    async def start(self, size: int, *, key: str = KEY, type_: str = "image/jpeg") -> Said:
        return await self.post(
            f"{self.url}/upload/v1beta/files",
            orjson.dumps({"file": {"display_name": "style", "mime_type": type_, "size_bytes": size}}),
            x_goog_api_key=key,
            X_Goog_Upload_Protocol="resumable",
            X_Goog_Upload_Command="start",
            X_Goog_Upload_Header_Content_Length=str(size),
            X_Goog_Upload_Header_Content_Type=type_,
        )

    async def piece(self, url: str, data: bytes, offset: int, command: str) -> Said:
        return await self.post(url, data, X_Goog_Upload_Command=command, X_Goog_Upload_Offset=str(offset))

    async def upload(self, data: bytes, *, key: str = KEY) -> dict[str, Any]:
        url = (await self.start(len(data), key=key)).headers["X-Goog-Upload-URL"]
        file: dict[str, Any] = (await self.piece(url, data, 0, "upload, finalize")).body["file"]
        return file


@pytest_asyncio.fixture(loop_scope="package")
async def uploader(client: Any) -> AsyncIterator[Uploader]:
    async with aiohttp.ClientSession() as session:
        yield Uploader(session, client.sandbox.url)
    await client.send("DELETE", "/control/gemini/files")


async def generate(client: Any, uri: str, *, key: str = KEY) -> Any:
    part = {"fileData": {"file_uri": uri, "mime_type": "image/jpeg"}}
    body = {"contents": [{"role": "user", "parts": [part, {"text": "Make it warm"}]}]}
    return await client.send("POST", "/v1beta/models/gemini-3-pro-image:generateContent", json=body, key=key)


async def test_an_upload_in_pieces_becomes_a_file_that_calls_can_name(
    uploader: Uploader, client: Any, photo: bytes
) -> None:
    started = await uploader.start(len(photo))
    url = started.headers["X-Goog-Upload-URL"]
    cut = len(photo) // PIECE * PIECE
    first = await uploader.piece(url, photo[:cut], 0, "upload")
    asked = await uploader.post(url, X_Goog_Upload_Command="query")
    last = await uploader.piece(url, photo[cut:], cut, "upload, finalize")

    assert started.headers["X-Goog-Upload-Status"] == first.headers["X-Goog-Upload-Status"] == "active"
    assert asked.headers["X-Goog-Upload-Size-Received"] == str(cut)
    assert last.headers["X-Goog-Upload-Status"] == "final"
    file = last.body["file"]
    assert (file["state"], file["mimeType"], file["sizeBytes"]) == ("ACTIVE", "image/jpeg", str(len(photo)))
    assert (await generate(client, file["uri"])).status == 200
    [call] = orjson.loads((await client.send("GET", "/control/calls")).body)["calls"]
    assert call["files"] == [file["name"]]
    assert call["pictures"][0]["mime_type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("data", "offset", "command"),
    [
        (b"x" * 10, 5, "upload"),
        (b"x" * 10, 0, "upload"),
        (b"x" * 10, 0, "upload, finalize"),
        (b"x" * (2 * PIECE + 1), 0, "upload"),
        (b"", 0, "dance"),
    ],
)
async def test_what_is_not_the_protocol_is_a_400(uploader: Uploader, data: bytes, offset: int, command: str) -> None:
    url = (await uploader.start(2 * PIECE)).headers["X-Goog-Upload-URL"]

    assert (await uploader.piece(url, data, offset, command)).status == 400


async def test_no_key_starts_no_upload_and_a_wrong_one_neither(uploader: Uploader) -> None:
    assert (await uploader.start(10, key="")).status == 403
    assert (await uploader.start(10, key="wrong-key")).status == 400


async def test_a_file_of_more_than_two_gigabytes_is_not_begun(uploader: Uploader) -> None:
    assert (await uploader.start(2_147_483_649)).status == 400


async def test_a_file_is_its_keys_alone(uploader: Uploader, client: Any, photo: bytes) -> None:
    file = await uploader.upload(photo)

    assert (await client.send("GET", f"/v1beta/{file['name']}", key="another-key")).status == 403
    assert (await generate(client, file["uri"], key="another-key")).status == 403
    assert (await client.send("GET", f"/v1beta/{file['name']}", key=KEY)).status == 200


@pytest.mark.parametrize("gone_status", [403, 404])
async def test_a_file_is_gone_after_its_end(uploader: Uploader, client: Any, photo: bytes, gone_status: int) -> None:
    await client.send("PUT", "/control/gemini/files", json={"gone_status": gone_status})
    file = await uploader.upload(photo)

    await client.send("POST", "/control/gemini/files/age", json={"seconds": 172_799})
    before = await generate(client, file["uri"])
    await client.send("POST", "/control/gemini/files/age", json={"seconds": 2})

    assert before.status == 200
    assert (await generate(client, file["uri"])).status == gone_status
    assert (await client.send("GET", f"/v1beta/{file['name']}")).status == gone_status


async def test_a_file_that_is_processed_still_cannot_be_named(uploader: Uploader, client: Any, photo: bytes) -> None:
    await client.send("PUT", "/control/gemini/files", json={"processing_seconds": 60})

    file = await uploader.upload(photo)

    assert file["state"] == "PROCESSING"
    refused = await generate(client, file["uri"])
    assert refused.status == 400
    assert orjson.loads(refused.body)["error"]["status"] == "FAILED_PRECONDITION"


async def test_a_deleted_file_is_gone(uploader: Uploader, client: Any, photo: bytes) -> None:
    file = await uploader.upload(photo)

    assert (await client.send("DELETE", f"/v1beta/{file['name']}")).status == 200
    assert (await client.send("GET", f"/v1beta/{file['name']}")).status == 403


async def test_a_fault_is_for_so_many_uploads(uploader: Uploader, client: Any) -> None:
    await client.send("PUT", "/control/gemini/files", json={"fault": "unavailable", "times": 1})

    assert [(await uploader.start(10)).status for _ in range(2)] == [503, 200]


async def test_uploads_are_counted(uploader: Uploader, client: Any, photo: bytes) -> None:
    file = await uploader.upload(photo)

    shown = orjson.loads((await client.send("GET", "/control/gemini/files")).body)
    assert [(upload["name"], upload["size_bytes"]) for upload in shown["uploads"]] == [(file["name"], len(photo))]
    assert shown["requests"] == {"start": 1, "piece": 1}


async def test_a_retired_model_is_listed_no_more_and_answers_404(client: Any, photo: bytes) -> None:
    model = "gemini-3-pro-image"

    await client.send("PUT", f"/control/gemini/retired-models/{model}")
    listed = orjson.loads((await client.send("GET", "/v1beta/models")).body)["models"]
    answer = await client.generate("warm", photo, model=model)
    await client.send("DELETE", f"/control/gemini/retired-models/{model}")

    assert f"models/{model}" not in {entry["name"] for entry in listed}
    assert answer.status == 404
    assert (await client.generate("warm", photo, model=model)).status == 200
