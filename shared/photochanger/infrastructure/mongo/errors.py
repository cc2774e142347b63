"""Trouble on the way to the database, apart from defects."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import ConnectionFailure, ExecutionTimeout, PyMongoError, WTimeoutError


class DatabaseUnavailable(Exception):
    """The database did not answer in time or cannot be reached. A write may or may not have happened."""


@contextmanager
def translated() -> Iterator[None]:
    """Runs database calls; a network error, a time-out or a change of primary becomes `DatabaseUnavailable`.

    Raises:
        DatabaseUnavailable: nothing is known; what is wrong with the call itself escapes as PyMongo raised it.
    """
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout, WTimeoutError) as error:
        raise DatabaseUnavailable(f"the database did not answer: {type(error).__name__}") from error
    except PyMongoError as error:
        if error.timeout or error.has_error_label("RetryableWriteError"):
            raise DatabaseUnavailable(f"the database did not answer: {type(error).__name__}") from error
        raise
