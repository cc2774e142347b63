"""The booth's form, whatever it looks like and however it is cut."""

import hashlib
import itertools
import string
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest_gateway.multipart_reader import (
    MAX_PART_HEADER_BYTES,
    MAX_PARTS,
    MAX_TEXT_BYTES,
    OVERHEAD_BYTES,
    MultipartReader,
    ReceivedForm,
    TextField,
)
from ingest_gateway.refusal import Refusal
from photochanger.domain.failure import ProblemCode
from tests.dslr_client import CAPTURED_FIELDS, Shot

BOUNDARY = "------------090306000104030805010400"
JPEG = b"\xff\xd8\xff" + b"x" * 5000
LIMIT = 100_000


def a_reader(limit: int = LIMIT) -> MultipartReader:
    return MultipartReader(
        BOUNDARY.encode(), max_file_bytes=limit, is_supported=lambda head: head.startswith(b"\xff\xd8\xff")
    )


def read(body: bytes, cuts: Sequence[int] = (), limit: int = LIMIT) -> ReceivedForm:
    reader = a_reader(limit)
    edges = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    for start, end in itertools.pairwise(edges):
        if end > start:
            reader.feed(body[start:end])
    return reader.finish()


def refusal_of(body: bytes, limit: int = LIMIT) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read(body, limit=limit)
    return caught.value


def code_of(body: bytes) -> ProblemCode:
    return refusal_of(body).problem.code


def a_part(head: str, content: bytes) -> bytes:
    return head.encode() + b"\r\n\r\n" + content


def a_file(field: str, filename: str, content: bytes) -> bytes:
    return a_part(f'Content-Disposition: form-data; name="{field}"; filename="{filename}"', content)


def test_the_captured_request_is_read_whole() -> None:
    form = read(Shot(JPEG).body(BOUNDARY))

    assert form.photo is not None
    assert (form.photo.data, form.photo.filename) == (JPEG, "IMG_0003.JPG")
    assert form.photo.sha256 == hashlib.sha256(JPEG).hexdigest()
    assert [(field.name, field.value) for field in form.fields] == list(CAPTURED_FIELDS)


_names = st.text(
    st.characters(exclude_characters='"\\%\r\n', exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30
).filter(lambda name: name not in {"fileToUpload", "file", "image"})


@given(
    fields=st.lists(st.tuples(_names, st.text(st.characters(exclude_categories=["Cs"]), max_size=200)), max_size=20),
    photo=st.binary(max_size=2000),
    file_first=st.booleans(),
    cuts=st.lists(st.integers(0, 10_000), max_size=12),
)
def test_any_fields_in_any_order_and_any_pieces_come_through(
    fields: list[tuple[str, str]], photo: bytes, file_first: bool, cuts: list[int]
) -> None:
    body = Shot(photo, fields, file_first=file_first).body(BOUNDARY)

    form = read(body, cuts)

    assert form.photo is not None
    assert form.photo.data == photo
    assert [(field.name, field.value) for field in form.fields] == fields


@given(
    # without ё, № and quotation marks: behind another letter their cp1251 bytes can be valid UTF-8 for something else
    name=st.text("абвгдежзийклмнопрстуфхцчшщъыьэюяАБВЯ {}", min_size=1, max_size=20),
    value=st.text("абвгдежзийклмнопрстуфхцчшщъыьэюя ", min_size=1, max_size=50),
)
def test_cp1251_names_values_and_filenames_are_understood(name: str, value: str) -> None:
    body = Shot(JPEG, [(name, value)], filename=f"{value}.JPG", encoding="cp1251").body(BOUNDARY)

    form = read(body)

    assert form.photo is not None
    assert (form.fields, form.photo.filename) == ((TextField(name, value),), f"{value}.JPG")


@given(st.binary(max_size=3000), st.lists(st.integers(0, 3000), max_size=8))
def test_garbage_is_refused_and_never_crashes(garbage: bytes, cuts: list[int]) -> None:
    with pytest.raises(Refusal):
        read(b"--" + BOUNDARY.encode() + b"\r\n" + garbage, cuts)


_lines = st.sampled_from(
    [
        f"--{BOUNDARY}\r\n",
        f"--{BOUNDARY}--",
        "\r\n",
        "\n",
        " ",
        ":",
        'Content-Disposition: form-data; name="',
        'Content-Disposition: form-data; name="a"; filename="\\',
        "Content-Disposition: form-data; name=%22; filename*=UTF-8''%e2%82%ac\r\n",
        'Content-Type: image/jpeg; charset="\r\n',
        "Content-Length: 5\r\n",
        " folded\r\n",
        '"',
    ]
)


@given(st.lists(st.one_of(_lines, st.text(string.printable, max_size=10)), max_size=30))
def test_almost_multipart_gives_a_form_or_a_refusal(pieces: list[str]) -> None:
    reader = a_reader()

    try:
        for piece in pieces:
            if piece:
                reader.feed(piece.encode())
        reader.finish()
    except Refusal as refusal:
        assert refusal.problem.code is ProblemCode.INVALID_REQUEST  # noqa: PT017 - either end is right


def test_a_photo_one_byte_over_the_limit_is_too_large_and_names_the_limit() -> None:
    body = Shot(b"\xff\xd8\xff" + b"x" * LIMIT, ()).body(BOUNDARY)

    refusal = refusal_of(body)

    assert refusal.problem.code is ProblemCode.PAYLOAD_TOO_LARGE
    assert refusal.details == {"max_bytes": LIMIT}


def test_a_photo_of_exactly_the_limit_comes_through_beside_the_largest_fields() -> None:
    photo = b"\xff\xd8\xff" + b"x" * (LIMIT - 3)
    fields = [(f"survey{n}", "y" * MAX_TEXT_BYTES) for n in range(MAX_PARTS - 1)]

    form = read(Shot(photo, fields).body(BOUNDARY))

    assert form.photo is not None
    assert form.photo.data == photo


def test_a_body_that_goes_on_behind_its_end_is_too_large_at_last() -> None:
    body = Shot(JPEG).body(BOUNDARY) + b"z" * (LIMIT + OVERHEAD_BYTES)

    assert code_of(body) is ProblemCode.PAYLOAD_TOO_LARGE


def test_files_read_past_count_towards_the_whole_body() -> None:
    junk = [a_file(f"f{n}", "a.bin", b"z" * (LIMIT - 1)) for n in range(12)]

    assert code_of(Shot(JPEG, (), more_parts=junk).body(BOUNDARY)) is ProblemCode.PAYLOAD_TOO_LARGE


@pytest.mark.parametrize(
    "parts",
    [
        [a_part(f'Content-Disposition: form-data; name="f{n}"', b"") for n in range(40)],
        [a_part('Content-Disposition: form-data; name="note"', b"y" * 1_000_000)],
        [a_part('Content-Disposition: form-data; name="note"\r\nX-Long: ' + "y" * MAX_PART_HEADER_BYTES, b"")],
        [a_part('Content-Disposition: form-data; name="a"\r\n' + "X-L: " + "y" * 3000 + "\r\nX-M: " + "y" * 6000, b"")],
        [a_part('Content-Disposition: form-data; name="a"\r\nContent-Type: multipart/mixed; boundary=b', b"")],
        [a_part('Content-Disposition: form-data; name="a"\r\nContent-Encoding: gzip', b"")],
        [a_part('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64', b"")],
        [a_part("Content-Disposition: attachment", b"")],
        [a_part("Content-Type: text/plain", b"")],
    ],
    ids=[
        "40 parts",
        "1 MB of text",
        "long header",
        "long headers",
        "nested",
        "gzip",
        "base64",
        "attachment",
        "no name",
    ],
)
def test_a_form_that_no_booth_sends_is_an_invalid_request(parts: list[bytes]) -> None:
    refusal = refusal_of(Shot(None, (), more_parts=parts).body(BOUNDARY), limit=2_000_000)

    assert refusal.problem.code is ProblemCode.INVALID_REQUEST


@pytest.mark.parametrize("kept", [0, 10, 200, 5000, -2])
def test_a_form_cut_short_is_an_invalid_request(kept: int) -> None:
    body = Shot(JPEG).body(BOUNDARY).rstrip()

    assert code_of(body[:kept]) is ProblemCode.INVALID_REQUEST


def test_a_boundary_that_cannot_be_one_is_an_invalid_request() -> None:
    with pytest.raises(Refusal) as caught:
        MultipartReader(b"a\nb", max_file_bytes=1, is_supported=lambda _: True)

    assert caught.value.problem.code is ProblemCode.INVALID_REQUEST


@pytest.mark.parametrize("field", ["fileToUpload", "file", "image", "anything"])
def test_the_photo_is_found_under_each_of_its_names(field: str) -> None:
    form = read(Shot(JPEG, file_field=field).body(BOUNDARY))

    assert form.photo is not None


def test_a_photo_part_without_a_filename_is_still_the_photo() -> None:
    part = a_part('Content-Disposition: form-data; name="shot"\r\nContent-Type: image/jpeg', JPEG)

    form = read(Shot(None, (), more_parts=[part]).body(BOUNDARY))

    assert form.photo is not None
    assert form.photo.data == JPEG


PNG = b"\x89PNG" + b"p" * 5000


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ([("a", PNG), ("b", JPEG)], "b"),
        ([("a", JPEG), ("b", JPEG + b"2")], "a"),
        ([("a", JPEG), ("fileToUpload", JPEG + b"2")], "fileToUpload"),
        ([("fileToUpload", PNG), ("b", JPEG)], "b"),
        ([("fileToUpload", b""), ("b", JPEG)], "b"),
        ([("a", PNG), ("fileToUpload", PNG + b"2")], "fileToUpload"),
    ],
    ids=["supported", "first", "named", "supported over named", "not the empty one", "named when none is supported"],
)
def test_of_several_files_the_first_supported_is_the_photo_and_the_rest_is_noted(
    files: list[tuple[str, bytes]], chosen: str
) -> None:
    parts = [a_file(field, f"{field}.jpg", data) for field, data in files]

    form = read(Shot(None, (), more_parts=parts).body(BOUNDARY))

    assert form.photo is not None
    assert (form.photo.data, form.photo.filename) == (dict(files)[chosen], f"{chosen}.jpg")
    assert form.photo.sha256 == hashlib.sha256(dict(files)[chosen]).hexdigest()
    assert [file.name for file in form.other_files] == [field for field, _ in files if field != chosen]
