"""The booth's multipart form, read piece by piece with own counters and at most one copy of the photo."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass

from multipart import MultipartError, MultipartSegment, PushMultipartParser

from ingest_gateway.refusal import Refusal
from photochanger.domain.failure import ProblemCode

MAX_PARTS = 32
MAX_TEXT_BYTES = 8 * 1024
MAX_PART_HEADER_BYTES = 8 * 1024
#: What a form may weigh beside its photo; each counter below is exact, this one lets a huge claim be refused early.
OVERHEAD_BYTES = MAX_PARTS * (MAX_TEXT_BYTES + MAX_PART_HEADER_BYTES)

_FILE_FIELDS = frozenset({"fileToUpload", "file", "image"})
_PLAIN_ENCODINGS = frozenset({"", "7bit", "8bit", "binary"})
_SNIFFED_BYTES = 64


@dataclass(frozen=True)
class TextField:
    name: str
    value: str


@dataclass(frozen=True)
class UploadedPhoto:
    """The chosen file as it arrived; sha256 is hex."""

    filename: str
    data: bytes
    sha256: str


@dataclass(frozen=True)
class ReceivedForm:
    """A complete form. `other_files` names the files that were read past."""

    photo: UploadedPhoto | None
    fields: tuple[TextField, ...]
    other_files: tuple[TextField, ...]


def decode_text(raw: bytes) -> str:
    """Text without a charset, as Windows booths send it: UTF-8, else cp1251."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1251", errors="replace")


class _File:
    """A file part: kept from the moment its first bytes say that it is the best so far, otherwise only counted."""

    def __init__(self, field: str, filename: str, *, is_named: bool) -> None:
        self.field, self.filename, self.is_named = field, filename, is_named
        self.size_bytes, self.rank, self.is_kept = 0, -1, True
        self._data, self._hash = io.BytesIO(), hashlib.sha256()

    def head(self) -> bytes:
        return self._data.getbuffer()[:_SNIFFED_BYTES].tobytes()

    def write(self, chunk: bytes) -> None:
        self.size_bytes += len(chunk)
        if self.is_kept:
            self._hash.update(chunk)
            self._data.write(chunk)

    def drop(self) -> None:
        self.is_kept = False
        self._data = io.BytesIO()

    def take(self) -> UploadedPhoto:
        # BytesIO hands its own buffer over without a copy, but only while nobody else writes to it.
        data, self._data = self._data.getvalue(), io.BytesIO()
        return UploadedPhoto(self.filename, data, self._hash.hexdigest())


class MultipartReader:
    """Feed it the body, then take the form.

    Names, filenames and values are bytes first: UTF-8, else cp1251, so that nothing a booth sends is lost or fatal.
    The photo is the part `fileToUpload`, `file` or `image`, else any image part; of several the first supported one.

    Args:
        max_file_bytes: the slot's limit for the photo.
        is_supported: whether a file's first bytes are those of an accepted picture.
        max_text_bytes: of each text part.
    """

    def __init__(
        self,
        boundary: bytes,
        *,
        max_file_bytes: int,
        is_supported: Callable[[bytes], bool],
        max_text_bytes: int = MAX_TEXT_BYTES,
    ) -> None:
        self._max_file_bytes, self._is_supported, self._max_text_bytes = max_file_bytes, is_supported, max_text_bytes
        self._total_bytes = 0
        self._fields: list[TextField] = []
        self._files: list[_File] = []
        self._best: _File | None = None
        self._current: _File | _Text | None = None
        try:
            self._parser = PushMultipartParser(
                boundary,
                header_charset="latin-1",
                max_header_size=MAX_PART_HEADER_BYTES,
                max_segment_count=MAX_PARTS,
            )
        except MultipartError as error:
            raise _broken("the multipart boundary cannot be used") from error

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the body; never empty.

        Raises:
            Refusal: broken multipart, or over one of the counters.
        """
        self._total_bytes += len(chunk)
        if self._total_bytes > self._max_file_bytes + OVERHEAD_BYTES:
            raise too_large(self._max_file_bytes)
        try:
            for event in self._parser.parse(chunk):
                self._take(event)
        except MultipartError as error:
            raise _broken(f"the multipart body is broken: {error}") from error

    def finish(self) -> ReceivedForm:
        """The form, once the body has ended.

        Raises:
            Refusal: the body ended before the form did.
        """
        try:
            self._parser.close()
        except MultipartError as error:
            raise _broken("the multipart body ended too early") from error
        others = tuple(TextField(file.field, file.filename) for file in self._files if file is not self._best)
        return ReceivedForm(self._best.take() if self._best else None, tuple(self._fields), others)

    def _take(self, event: MultipartSegment | bytes | None) -> None:
        if isinstance(event, MultipartSegment):
            self._current = self._begin(event)
        elif event is None:
            self._end()
        elif isinstance(self._current, _File):
            self._write_file(self._current, event)
        elif self._current is not None:
            self._current.write(event)

    def _begin(self, segment: MultipartSegment) -> "_File | _Text":
        _check_part_headers(segment)
        name = _decode_header(segment.name)
        is_named = name in _FILE_FIELDS
        is_image = (segment.content_type or "").startswith("image/")
        if segment.filename is None and not is_named and not is_image:
            return _Text(name, self._max_text_bytes)
        file = _File(name, _decode_header(segment.filename), is_named=is_named)
        self._files.append(file)
        return file

    def _write_file(self, file: _File, chunk: bytes) -> None:
        file.write(chunk)
        if file.is_kept and file.size_bytes > self._max_file_bytes:
            raise too_large(self._max_file_bytes)
        if file.is_kept and file.rank < 0 and file.size_bytes >= _SNIFFED_BYTES:
            self._rank(file)

    def _end(self) -> None:
        if isinstance(self._current, _File):
            if self._current.rank < 0:
                self._rank(self._current)
        elif self._current is not None:
            self._fields.append(self._current.field())
        self._current = None

    def _rank(self, file: _File) -> None:
        file.rank = 2 * self._is_supported(file.head()) + file.is_named
        if self._best is None:
            self._best = file
        elif file.rank > self._best.rank:
            self._best.drop()
            self._best = file
        else:
            file.drop()


class _Text:
    """A text part on its way."""

    def __init__(self, name: str, max_bytes: int) -> None:
        self._name, self._max_bytes, self._raw = name, max_bytes, bytearray()

    def write(self, chunk: bytes) -> None:
        if len(self._raw) + len(chunk) > self._max_bytes:
            raise _broken(f"a text field is larger than {self._max_bytes} bytes")
        self._raw += chunk

    def field(self) -> TextField:
        return TextField(self._name, decode_text(bytes(self._raw)))


def too_large(max_bytes: int) -> Refusal:
    """The refusal of a photo over the slot's limit."""
    return Refusal(
        ProblemCode.PAYLOAD_TOO_LARGE,
        f"the photo is larger than this slot's {max_bytes} bytes",
        details={"max_bytes": max_bytes},
    )


def _broken(detail: str) -> Refusal:
    return Refusal(ProblemCode.INVALID_REQUEST, detail)


def _decode_header(text: str | None) -> str:
    return decode_text((text or "").encode("latin-1"))


def _check_part_headers(segment: MultipartSegment) -> None:
    if sum(len(name) + len(value) for name, value in segment.headerlist) > MAX_PART_HEADER_BYTES:
        raise _broken(f"a part's header is larger than {MAX_PART_HEADER_BYTES} bytes")
    if (segment.content_type or "").startswith("multipart/"):
        raise _broken("a part is itself multipart")
    transfer = segment.header("Content-Transfer-Encoding", "").strip().lower()
    if segment.header("Content-Encoding") is not None or transfer not in _PLAIN_ENCODINGS:
        raise _broken("a part is encoded; send the picture's own bytes")
