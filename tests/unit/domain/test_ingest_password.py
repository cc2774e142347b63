"""Who may post to a slot."""

from photochanger.domain.ingest_password import password_matches, password_verifier

KEY = "key"


def test_the_right_password_is_admitted() -> None:
    assert password_matches("secret", [password_verifier("secret", secret_key=KEY)], secret_keys=(KEY,))


def test_a_wrong_password_is_not_admitted() -> None:
    assert not password_matches("Secret", [password_verifier("secret", secret_key=KEY)], secret_keys=(KEY,))


def test_a_header_that_is_no_text_is_a_wrong_password() -> None:
    assert not password_matches("\udcff", [password_verifier("secret", secret_key=KEY)], secret_keys=(KEY,))


def test_an_unset_password_admits_nobody() -> None:
    assert not password_matches("", [], secret_keys=(KEY,))


def test_an_old_password_holds_during_its_overlap() -> None:
    verifiers = [password_verifier(text, secret_key=KEY) for text in ("new", "old")]

    assert password_matches("old", verifiers, secret_keys=(KEY,))


def test_a_verifier_of_another_installation_does_not_match() -> None:
    assert not password_matches("secret", [password_verifier("secret", secret_key="other")], secret_keys=(KEY,))


def test_a_verifier_made_under_the_key_before_matches_while_that_key_is_told() -> None:
    verifiers = [password_verifier("secret", secret_key="before")]

    assert password_matches("secret", verifiers, secret_keys=(KEY, "before"))
    assert not password_matches("another", verifiers, secret_keys=(KEY, "before"))
