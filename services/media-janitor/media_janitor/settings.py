"""What the janitor needs from its environment."""

from typing import Annotated

from pydantic import Field

from photochanger.settings import MongoSettings, OperationsSettings, StoreSettings


class Settings(MongoSettings, StoreSettings, OperationsSettings):
    """`janitor_seconds` lie between two rounds."""

    janitor_seconds: Annotated[float, Field(ge=1, le=3_600)] = 20.0
