"""What of the booth's form is kept with the job: data of strangers, cleaned and bounded."""

import unicodedata
from collections.abc import Iterable

from ingest_gateway.multipart_reader import ReceivedForm, TextField
from photochanger.domain.job import BOOTH_FIELD, ClientField

PASSWORD_FIELD = "password"  # noqa: S105 - the field's name
MAX_VALUE_BYTES = 8 * 1024
MAX_NAME_CHARACTERS = 128
MAX_FILENAME_CHARACTERS = 128
#: Keeps the row far below the database's document limit whatever is sent.
MAX_TOTAL_BYTES = 64 * 1024

_OTHER_FILE = "other_file"
_MAX_BOOTH_CHARACTERS = 64


def client_metadata(form: ReceivedForm) -> tuple[ClientField, ...]:
    """The form's text fields in their order, then the files that were not used; never the password."""
    kept = [field for field in form.fields if field.name.strip().casefold() != PASSWORD_FIELD]
    others = [TextField(_OTHER_FILE, clean_filename(file.value)) for file in form.other_files]
    fields, left = [], MAX_TOTAL_BYTES
    for field in [*kept, *others]:
        name = clean_text(field.name)[:MAX_NAME_CHARACTERS]
        value = _cut(clean_text(field.value), MAX_VALUE_BYTES)
        left -= len(name.encode()) + len(value.encode())
        if left < 0:
            break
        fields.append(ClientField(name=name, value=value))
    return tuple(fields)


def booth_name(fields: Iterable[ClientField]) -> str:
    """The booth's own name, short enough for a log line."""
    return next((field.value for field in fields if field.name == BOOTH_FIELD), "")[:_MAX_BOOTH_CHARACTERS]


def clean_filename(filename: str) -> str:
    """A name to show, without folders; never used to store anything."""
    last = clean_text(filename).replace("\\", "/").rpartition("/")[2].strip()
    return last[:MAX_FILENAME_CHARACTERS]


def clean_text(text: str) -> str:
    """The text without control, direction and surrogate characters; a line break or a tab becomes a space."""
    return "".join(_clean_character(character) for character in text)


def _clean_character(character: str) -> str:
    if character in "\t\r\n\v\f\x85\u2028\u2029":
        return " "
    return "" if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} else character


def _cut(text: str, max_bytes: int) -> str:
    """At most so many bytes of UTF-8: cp1251 text grows when it is decoded."""
    return text.encode()[:max_bytes].decode(errors="ignore")
