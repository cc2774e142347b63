"""Times that calendars and databases can work with."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from admin_api.rest.field_fault import FaultCode, Wrong
from admin_api.rest.model_faults import custom_error

FIRST_YEAR, LAST_YEAR = 2000, 2199

_BETWEEN = "200[1-9]|20[1-9][0-9]|21[0-8][0-9]|219[0-8]"
_DAY = "-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
_UTC, _ANYWHERE = "([Zz]|[+-]00:00)", "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
#: What is taken, as JSON Schema says it.
PATTERN = f"^(({_BETWEEN}){_DAY}{_TIME}{_ANYWHERE}|({FIRST_YEAR}|{LAST_YEAR}){_DAY}{_TIME}{_UTC})$"


def _of_our_days(moment: datetime) -> datetime:
    is_at_an_end = moment.year in {FIRST_YEAR, LAST_YEAR} and not moment.utcoffset()
    if not FIRST_YEAR < moment.year < LAST_YEAR and not is_at_an_end:
        code, limit = (
            (FaultCode.TOO_EARLY, FIRST_YEAR) if moment.year <= FIRST_YEAR else (FaultCode.TOO_LATE, LAST_YEAR)
        )
        detail = f"must be of the years {FIRST_YEAR} to {LAST_YEAR}, in the first and the last one in UTC"
        raise custom_error(Wrong(code, detail, limit=limit))
    return moment


#: RFC 3339 with an offset, of this century and the next; in UTC it is one too.
Moment = Annotated[AwareDatetime, AfterValidator(_of_our_days), Field(json_schema_extra={"pattern": PATTERN})]
