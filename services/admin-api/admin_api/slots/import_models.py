"""What an import is asked for and what it answers."""

from dataclasses import asdict
from enum import StrEnum

from pydantic import BaseModel

from admin_api.rest.field_fault import FaultCode, FieldFault
from admin_api.slots.slot_diff import FieldChange
from admin_api.slots.slot_models import SaveQuery


class OnConflict(StrEnum):
    """What becomes of a slot whose id is taken here."""

    #: the whole import is refused
    REFUSE = "refuse"
    #: the slot here stays as it is
    SKIP = "skip"
    #: the slot here gets the file's settings as a new version, and keeps its password
    OVERWRITE = "overwrite"
    #: the file's slot gets the next free id: `booth-2`, `booth-3` …
    NEW_ID = "new_id"


class ImportQuery(SaveQuery):
    """`dry_run` says what would be done and does nothing of it."""

    dry_run: bool = False
    on_conflict: OnConflict = OnConflict.REFUSE


class ImportAction(StrEnum):
    #: a new slot
    CREATE = "create"
    #: a new version of the slot here
    CHANGE = "change"
    #: the slot here has these settings already
    UNCHANGED = "unchanged"
    #: the id is taken, the slot here stays
    SKIP = "skip"
    #: the id is taken, and that refuses the import
    REFUSE = "refuse"
    #: it cannot be saved, for the reasons in `errors`
    INVALID = "invalid"


class ImportFault(BaseModel):
    """As `errors` of a problem; `pointer` is a JSON pointer into the file."""

    pointer: str
    detail: str
    code: FaultCode
    limit: float | None = None
    allowed: tuple[str, ...] = ()
    subject: str | None = None
    is_warning: bool = False

    @classmethod
    def of(cls, fault: FieldFault) -> "ImportFault":
        return cls(pointer=fault.pointer, is_warning=fault.is_warning, **asdict(fault.wrong))


class ImportedSlot(BaseModel):
    """`id` is the slot's here, `file_id` in the file; `needs_password`: its own one was not in the file."""

    file_id: str
    id: str
    action: ImportAction
    changes: tuple[FieldChange, ...] = ()
    errors: tuple[ImportFault, ...] = ()
    needs_password: bool = False


class PictureAction(StrEnum):
    #: it becomes a template picture here
    UPLOAD = "upload"
    #: it is here already
    PRESENT = "present"
    #: no slot of the file that is taken in uses it
    UNUSED = "unused"


class ImportedPicture(BaseModel):
    sha256: str
    name: str
    action: PictureAction


class ImportReport(BaseModel):
    """`is_done` False: a dry run, nothing was changed."""

    is_done: bool
    slots: tuple[ImportedSlot, ...]
    pictures: tuple[ImportedPicture, ...]
