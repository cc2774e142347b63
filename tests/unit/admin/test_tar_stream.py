"""Our tar files are tar files, and whatever is not one is told from them."""

import io
import tarfile
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_api.backup.tar_stream import END, TarReader, UnreadableTar, tar_header, tar_padding

MEMBERS = (("rows/slots.jsonl", b"one\ntwo\n"), ("empty", b""), ("pictures/a.jpg", b"x" * 512), ("b", b"\0" * 513))


def written(members: Sequence[tuple[str, bytes]]) -> bytes:
    return b"".join(tar_header(name, len(data)) + data + tar_padding(len(data)) for name, data in members) + END


async def in_pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def read(data: bytes, size: int = 300) -> list[tuple[str, bytes]]:
    reader, found = TarReader(in_pieces(data, size)), []
    while member := await reader.next():
        found.append((member[0], await reader.content()))
    await reader.finish()
    return found


def test_any_tar_program_reads_what_is_written() -> None:
    with tarfile.open(fileobj=io.BytesIO(written(MEMBERS))) as tar:
        found = [(entry.name, tar.extractfile(entry)) for entry in tar.getmembers()]

    assert [(name, file.read() if file else None) for name, file in found] == list(MEMBERS)


@given(members=st.lists(st.tuples(st.from_regex("[a-z]{1,90}", fullmatch=True), st.binary(max_size=2000)), max_size=4))
async def test_what_is_written_is_read_in_pieces_of_any_size(members: list[tuple[str, bytes]]) -> None:
    for size in (1, 511, 512, 100_000):
        assert await read(written(members), size) == members


@pytest.mark.parametrize("kept", [0, 1, 511, 512, 515, 1023, 1024, 2560, len(written(MEMBERS)) - 1])
async def test_a_file_cut_short_is_told(kept: int) -> None:
    with pytest.raises(UnreadableTar):
        await read(written(MEMBERS)[:kept])


@pytest.mark.parametrize(
    "data",
    [b"hello", b"\xff" * 4096, written(MEMBERS) + b"more", written(MEMBERS) + b"\0" * 512 + b"x"],
    ids=["text", "noise", "more", "more after padding"],
)
async def test_what_is_no_tar_file_of_ours_is_told(data: bytes) -> None:
    with pytest.raises(UnreadableTar):
        await read(data)


async def test_a_link_is_not_followed() -> None:
    entry = tarfile.TarInfo("manifest.json")
    entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"

    with pytest.raises(UnreadableTar):
        await read(entry.tobuf(tarfile.USTAR_FORMAT) + END)


async def test_zeros_that_fill_a_record_may_follow() -> None:
    assert await read(written(MEMBERS) + b"\0" * 10240) == list(MEMBERS)
