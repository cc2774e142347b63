"""A provider's words in our rows."""

from photochanger.provider_worker.provider_text import presentable


def test_control_characters_and_line_breaks_become_one_space() -> None:
    assert presentable("quota\x00 gone\r\n\x1b[31mtry\u202e later") == "quota gone [31mtry later"


def test_long_words_are_cut_to_three_hundred() -> None:
    assert len(presentable("word " * 1_000)) == 300


def test_secrets_are_taken_out_before_anything_is_cut() -> None:
    secret = "canary-" + "k" * 400

    assert "canary" not in presentable(f"bad key {secret}", without=(secret, ""))


def test_a_piece_of_a_secret_is_taken_out_and_words_that_it_shares_with_others_stay() -> None:
    prompt = "A very secret wedding in oil, with the bride as a queen"

    said = presentable(f"Your prompt '{prompt[:25]}…' and '{prompt[20:]}' are too long, in oil", without=(prompt,))

    assert said == "Your prompt '[…]…' and '[…]' are too long, in oil"


def test_links_that_open_a_picture_and_pictures_themselves_are_not_shown() -> None:
    said = presentable(
        f"cannot fetch https://b.example/public/media/{'t' * 43} nor https://s3/a?X-Signature=abc nor {'QUJD' * 60}"
    )

    assert (
        said
        == "cannot fetch https://b.example/public/media/[hidden] nor https://s3/a?X-Signature=[hidden] nor [base64]"
    )
