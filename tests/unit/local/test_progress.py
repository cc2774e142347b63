"""A person sees that something happens, and how long it takes."""

import io
import time

from deploy.local.progress import Progress


def test_a_part_has_a_line_when_it_begins_and_one_when_it_ends() -> None:
    out = io.StringIO()

    with Progress(out) as progress, progress.part("mongodb", "downloads mongod", "is there"):
        pass

    begun, ended = out.getvalue().splitlines()
    assert "mongodb" in begun
    assert "downloads mongod" in begun
    assert "is there (0.0 s)" in ended


def test_whatever_takes_longer_than_two_seconds_gives_a_sign_of_life() -> None:
    out = io.StringIO()

    with Progress(out) as progress, progress.part("minio", "builds"):
        time.sleep(2.6)

    assert "... minio: builds, 2 s" in out.getvalue()


def test_a_closed_terminal_does_not_end_the_stack() -> None:
    out = io.StringIO()
    progress = Progress(out)
    out.close()

    progress.say("still here")
