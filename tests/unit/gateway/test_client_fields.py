"""What strangers write is kept clean, bounded, and without the password."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest_gateway.client_fields import (
    MAX_TOTAL_BYTES,
    MAX_VALUE_BYTES,
    booth_name,
    clean_filename,
    clean_text,
    client_metadata,
)
from ingest_gateway.multipart_reader import ReceivedForm, TextField
from photochanger.domain.job import ClientField


def a_form(*fields: tuple[str, str], others: tuple[TextField, ...] = ()) -> ReceivedForm:
    return ReceivedForm(None, tuple(TextField(name, value) for name, value in fields), others)


def test_the_password_is_not_kept_under_any_spelling() -> None:
    fields = client_metadata(a_form(("password", "s3cret"), ("Password", "s3cret"), (" PASSWORD ", "x"), ("id", "1")))

    assert fields == (ClientField(name="id", value="1"),)


def test_names_that_mean_something_to_a_database_are_only_names() -> None:
    fields = client_metadata(a_form(("$where", "1"), ("a.b", "2"), ("{qr1}", "$slot_snapshot")))

    assert [(field.name, field.value) for field in fields] == [
        ("$where", "1"),
        ("a.b", "2"),
        ("{qr1}", "$slot_snapshot"),
    ]


def test_files_that_were_read_past_are_noted() -> None:
    fields = client_metadata(a_form(others=(TextField("file", r"C:\a\second.jpg"),)))

    assert fields == (ClientField(name="other_file", value="second.jpg"),)


def test_the_booth_is_named_by_its_field() -> None:
    assert booth_name([ClientField(name="name", value="DESKTOP-ABC1234" + "x" * 100)])[:15] == "DESKTOP-ABC1234"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("IMG_0003.JPG", "IMG_0003.JPG"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\booth\IMG.JPG", "IMG.JPG"),
        ("a\x00b\r\nc.jpg", "ab  c.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("x" * 4096, "x" * 128),
        ("", ""),
    ],
)
def test_a_filename_is_kept_as_something_to_show(sent: str, kept: str) -> None:
    assert clean_filename(sent) == kept


@given(st.lists(st.tuples(st.text(max_size=300), st.text(max_size=12_000)), max_size=32))
def test_whatever_is_sent_stays_bounded_and_without_control_characters(fields: list[tuple[str, str]]) -> None:
    kept = client_metadata(a_form(*fields))

    assert sum(len(field.name.encode()) + len(field.value.encode()) for field in kept) <= MAX_TOTAL_BYTES
    assert all(len(field.value.encode()) <= MAX_VALUE_BYTES for field in kept)
    assert all(character.isprintable() or not character.isascii() for field in kept for character in field.value)


def test_a_form_full_of_long_fields_is_cut_at_its_total() -> None:
    kept = client_metadata(a_form(*((f"survey{n}", "y" * MAX_VALUE_BYTES) for n in range(31))))

    assert len(kept) == MAX_TOTAL_BYTES // MAX_VALUE_BYTES - 1


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
