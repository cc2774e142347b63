"""Queues keep their shape: an argument that changes would make every declare fail."""

from photochanger import topology


def test_work_queues_are_declared_with_fixed_constants() -> None:
    expected = {
        "x-queue-type": "quorum",
        "x-delivery-limit": 20,
        "x-dead-letter-exchange": "dead",
        "x-dead-letter-routing-key": "jobs.dead.v1",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-max-length": 100_000,
    }

    for queue in (topology.SUBMISSIONS, topology.OUTCOMES, topology.provider_queue("gemini")):
        assert dict(queue.arguments) == expected, queue.name


def test_each_queue_has_its_version_in_its_name() -> None:
    queues = (topology.SUBMISSIONS, topology.OUTCOMES, topology.DEAD_LETTERS, topology.provider_queue("gemini"))

    assert [queue.name for queue in queues] == [
        "dispatcher.submissions.v1",
        "dispatcher.outcomes.v1",
        "jobs.dead.v1",
        "provider.gemini.v1",
    ]


def test_dead_letters_do_not_die_again() -> None:
    assert "x-dead-letter-exchange" not in topology.DEAD_LETTERS.arguments
