"""The log of calls stays small."""

from sandbox.call_log import CallLog


def test_only_the_newest_calls_are_kept_and_all_are_counted() -> None:
    log = CallLog(limit=3)

    for number in range(5):
        log.begin(call_id=str(number), model="m", streamed=False, key="0123456789")

    assert [call.id for call in log.find()] == ["2", "3", "4"]
    assert log.total == 5


def test_a_long_prompt_is_cut_and_a_key_is_not_shown() -> None:
    log = CallLog()
    call = log.begin(call_id="1", model="m", streamed=False, key="AIza-secret-7890")

    call.note_prompt("x" * 30_000)

    assert (len(call.prompt), call.prompt_length) == (1000, 30_000)
    assert call.key_last4 == "7890"
