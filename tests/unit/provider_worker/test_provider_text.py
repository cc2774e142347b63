"""A provider's words in our rows."""

from photochanger.provider_worker.provider_text import presentable


def test_control_characters_and_line_breaks_become_one_space() -> None:
    assert presentable("quota\x00 gone\r\n\x1b[31mtry\u202e later") == "quota gone [31mtry later"


def test_long_words_are_cut_to_three_hundred() -> None:
    assert len(presentable("x" * 1_000)) == 300


def test_secrets_are_taken_out_before_anything_is_cut() -> None:
    secret = "canary-" + "k" * 400

    assert "canary" not in presentable(f"bad key {secret}", without=(secret, ""))
