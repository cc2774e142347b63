"""Times that calendars and databases can work with."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

#: RFC 3339 with an offset, of this century and the next.
Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]
