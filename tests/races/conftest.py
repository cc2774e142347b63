"""The database of the races is that of the tests of job rows."""

from tests.integration.jobs.conftest import mongo

__all__ = ["mongo"]
