"""Why something contradicts what is there: a reason for programs, words for people."""

from enum import StrEnum

from pydantic import JsonValue

from admin_api.rest.field_fault import FieldFault
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode


class ConflictReason(StrEnum):
    """Why a 409 `conflict` is one, for programs. `count` and `subject` are there where they are named."""

    #: the first request with this Idempotency-Key was cut short, maybe after its work
    REQUEST_CUT_SHORT = "request_cut_short"
    #: the photo has ended already, as `subject`
    PHOTO_ENDED = "photo_ended"
    #: a slot uses a template picture that is gone; `subject`: the slot
    PICTURE_GONE = "picture_gone"
    #: the slots' pictures are too large for one file
    FILE_TOO_LARGE = "file_too_large"
    #: the file has slots whose ids are taken, as `errors` say
    SLOTS_EXIST = "slots_exist"
    #: `count` photos of the slot are in work
    SLOT_BUSY = "slot_busy"
    #: there is a slot with this id
    ID_TAKEN = "id_taken"
    #: a booth's photo, where a test run was meant
    NO_TEST_RUN = "no_test_run"
    #: another preflight, `subject`, tries one of these slots
    PREFLIGHT_RUNNING = "preflight_running"
    #: the event gallery is closed
    GALLERY_CLOSED = "gallery_closed"
    #: slots use the template picture: `subject`, their ids
    USED_BY_SLOTS = "used_by_slots"
    #: a janitor's round that was asked for is under way
    ROUND_RUNNING = "round_running"
    #: the backup was made under another secret key; `other_secret_key` restores it
    OTHER_SECRET_KEY = "other_secret_key"  # noqa: S105 - a reason, no key
    #: `count` photos are in work
    PHOTOS_IN_WORK = "photos_in_work"
    #: something is set up already; `replace` replaces it
    NOT_EMPTY = "not_empty"
    #: there is a user with this login
    LOGIN_TAKEN = "login_taken"
    #: nobody may do this to his own user
    OWN_USER = "own_user"
    #: there would be no administrator left
    LAST_ADMINISTRATOR = "last_administrator"
    #: the own user was changed meanwhile
    USER_CHANGED = "user_changed"


def conflict(
    reason: ConflictReason,
    detail: str,
    *,
    count: int | None = None,
    subject: str | None = None,
    errors: tuple[FieldFault, ...] = (),
) -> Refused:
    """409; `detail` is in English."""
    members: dict[str, JsonValue] = {"reason": reason.value, "count": count, "subject": subject}
    told = {name: value for name, value in members.items() if value is not None}
    return Refused(ProblemCode.CONFLICT, detail, errors=errors, members=told)
