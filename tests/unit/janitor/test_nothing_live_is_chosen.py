"""Whatever rows and objects there are: nothing that a job needs or a link shows is ever chosen."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from media_janitor.orphans import SourceJudge, orphaned_results
from photochanger.domain.job import RUNNING, TERMINAL, JobStatus
from photochanger.infrastructure.media_store import ObjectInfo

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
JOBS = [f"{n:08x}-2222-3333-4444-555555555555" for n in range(5)]
DAYS = ["2025/12/31", "2026/01/02"]

pictures = st.builds(
    "{}/{}/{}{}".format,
    st.sampled_from(DAYS),
    st.sampled_from(JOBS),
    st.integers(1, 3),
    st.sampled_from(["", ".512", ".160"]),
)
sources = st.builds("{}/{}".format, st.sampled_from(JOBS), st.sampled_from(["source", "as-jpeg"]))
ages = st.sampled_from([0, 59, 61, 899, 901, 86_399, 86_401, 900_000]) | st.integers(0, 1_000_000)
#: What a row says: no row, running, ended without a picture, or ended with one of these.
rows = st.dictionaries(
    st.sampled_from(JOBS), st.tuples(st.sampled_from(sorted(JobStatus)), st.sampled_from(DAYS), st.integers(1, 3))
)


def stored(key: str, seconds_ago: int) -> ObjectInfo:
    return ObjectInfo(key=key, size_bytes=1, modified_at=NOW - timedelta(seconds=seconds_ago), metadata={})


@given(st.dictionaries(pictures, ages), rows)
def test_a_result_its_previews_and_whatever_runs_are_never_chosen(
    objects: dict[str, int], rows: dict[str, tuple[JobStatus, str, int]]
) -> None:
    statuses = {job: status for job, (status, _, _) in rows.items()}
    results = {job: f"{day}/{job}/{n}" if status is JobStatus.DONE else None for job, (status, day, n) in rows.items()}
    ended = {job: key for job, key in results.items() if statuses[job] in TERMINAL}
    running = {job for job, status in statuses.items() if status in RUNNING}

    chosen = orphaned_results([stored(*each) for each in objects.items()], statuses, ended, now=NOW)

    for key in chosen:
        assert key.partition(".")[0] not in results.values()
        assert key.split("/")[3] not in running
        assert objects[key] >= 900


@given(st.lists(st.tuples(st.dictionaries(sources, ages), rows), min_size=1, max_size=4))
def test_the_photo_of_a_running_job_or_of_one_yet_to_come_is_never_chosen(
    rounds: list[tuple[dict[str, int], dict[str, tuple[JobStatus, str, int]]]],
) -> None:
    judge = SourceJudge()

    for objects, rows in rounds:
        statuses = {job: status for job, (status, _, _) in rows.items()}
        for key in judge.judge([stored(*each) for each in objects.items()], statuses, now=NOW):
            status = statuses.get(key.split("/")[0])
            assert status not in RUNNING
            assert status in TERMINAL or objects[key] >= 60
