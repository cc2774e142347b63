"""What lies in a backup beside its manifest: a file of rows for each collection, a file for each template picture."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from pydantic import ValidationError

from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.provider_limits import ProviderLimits
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.slot import Slot
from photochanger.domain.template import TemplateMedia
from photochanger.domain.usage import PriceTable
from photochanger.domain.user import Role, User
from photochanger.infrastructure.configuration_rows import CONFIGURATION, Row, Rows, row_from_json, row_to_json
from photochanger.infrastructure.provider_key_repository import StoredProviderKey

_ROWS_FOLDER, _ROWS_ENDING = "rows/", ".jsonl"
#: Where a store keeps a picture is that store's affair; a restored one gets a place of its own.
_OWN_PLACE = "key"


class WrongRow(ValueError):
    """A row that this version cannot use; says which, never its content."""


def rows_name(collection: str) -> str:
    return f"{_ROWS_FOLDER}{collection}{_ROWS_ENDING}"


def collection_of(member_name: str) -> str | None:
    """Give the collection whose rows the member has, None for another member."""
    names = {rows_name(collection): collection for collection in CONFIGURATION}
    return names.get(member_name)


def picture_name(template: TemplateMedia) -> str:
    return f"pictures/{template.id}.{template.type.extension}"


def templates_of(rows: Rows) -> list[TemplateMedia]:
    return [_template(row) for row in rows.get("templates", ())]


def rows_to_lines(collection: str, rows: Sequence[Row]) -> bytes:
    """Give the rows one a line."""
    kept = [{name: value for name, value in row.items() if name != _OWN_PLACE} for row in rows]
    return b"".join(row_to_json(row) + b"\n" for row in (kept if collection == "templates" else rows))


def rows_from_lines(collection: str, data: bytes) -> list[Row]:
    """Read and check the rows.

    Raises:
        WrongRow: one is broken, or means nothing to this version.
    """
    rows: dict[str, Row] = {}
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            row = _checked(collection, line)
        except (ValidationError, ValueError, KeyError, TypeError) as error:
            raise WrongRow(f"row {number} of {collection} means nothing to this version") from error
        if row["_id"] in rows:
            raise WrongRow(f"row {number} of {collection} is there twice")
        rows[row["_id"]] = row
    return [*rows.values()]


def has_administrator(rows: Rows) -> bool:
    """Whether anybody could log in to change things."""
    people = [User.model_validate(row) for row in rows.get("users", ())]
    return any(person.is_active and person.role is Role.ADMIN for person in people)


def _checked(collection: str, line: bytes) -> Row:
    row = row_from_json(line)
    if check := _CHECKS.get(collection):
        check(row)
    return row


def _template(row: Row) -> TemplateMedia:
    return TemplateMedia.model_validate({_OWN_PLACE: "", **row, "id": row["_id"]})


def _slot(row: Row) -> None:
    Slot.model_validate({**row, "id": row["_id"]})


def _provider(row: Row) -> None:
    ProviderManifest.model_validate(row["manifest"])
    if row["prices"] is not None:
        PriceTable.model_validate(row["prices"])


#: A revision has no check of its own: it is history, kept as it was written.
_CHECKS: Mapping[str, Callable[[Row], object]] = MappingProxyType(
    {
        "settings": PlatformSettings.model_validate,
        "users": User.model_validate,
        "providers": _provider,
        "provider_keys": lambda row: StoredProviderKey.model_validate({**row, "provider": row["_id"]}),
        "provider_limits": lambda row: ProviderLimits.model_validate(row["limits"]),
        "templates": _template,
        "slots": _slot,
    }
)
