"""Which passwords anybody would try first; beyond these and the length there is no rule."""

from admin_api.rest.field_fault import FaultCode, Wrong

MIN_LOGIN_LENGTH = 3
MIN_DIFFERENT_CHARACTERS = 5

_COMMON_WORDS = """
    123456789012 1234567890123 012345678901 0123456789012 123456789123 123456789987 0987654321098 987654321098
    1234567890qwe 1234567890qwerty qwertyuiop12 qwertyuiop123 qwertyuiopasdf qwertyuiop[] qwerty123456 qwerty1234567
    qwerty12345678 qwertyqwerty qwertyasdfgh qwerty123qwerty asdfghjkl123 asdfghjklzxc asdfasdfasdf zxcvbnm12345
    1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qazxsw23edc q1w2e3r4t5y6 qazwsxedcrfv qazwsx123456 zaq12wsxcde3
    password1234 password12345 password123456 password1234567 passwordpassword mypassword123 newpassword123
    passw0rd1234 p@ssw0rd1234 p@ssword1234 p@ssword123! password123! password2024 password2025 password2026
    administrator administrator1 administrator123 admin1234567 admin12345678 admin123456789 root12345678 superuser123
    changeme1234 changemechangeme changeit1234 letmein12345 letmeinletmein welcome12345 welcome123456 welcome1234!
    iloveyou1234 iloveyouiloveyou abcdefghijkl abcdefghijklm abcdef123456 abcd12345678 abc123abc123 a1b2c3d4e5f6
    superman1234 football1234 baseball1234 princess1234 sunshine1234 dragon123456 monkey123456 liverpool123
    charlie12345 chocolate123 michael12345 jennifer1234 computer1234 internet1234 trustno1trustno1 startrek1234
    correcthorsebatterystaple secret123456 secretsecret mysecretpassword default12345 test12345678 testtesttest
    photochanger photochanger1 photochanger123 photochanger2026 photobooth12 photobooth123 photobooth1234
    dslrremotepro dslrremotepro1 fotobudka123 пароль123456 парольпароль йцукенгшщзхъ йцукен123456 qwertyйцукен
"""  # noqa: RUF001 - some are Russian
#: The most common ones of 12 characters and more, and those that this product's name suggests.
COMMON = frozenset(_COMMON_WORDS.split())


def password_fault(password: str, *, login: str) -> Wrong | None:
    """Say what makes the password easy to guess; None: nothing known here."""
    folded = password.casefold()
    if folded in COMMON:
        return Wrong(FaultCode.COMMON_PASSWORD, "is one of the most common")
    if len(login) >= MIN_LOGIN_LENGTH and login.casefold() in folded:
        return Wrong(FaultCode.HOLDS_LOGIN, "holds the login")
    if len(set(folded)) < MIN_DIFFERENT_CHARACTERS:
        detail = f"has fewer than {MIN_DIFFERENT_CHARACTERS} different characters"
        return Wrong(FaultCode.TOO_FEW_CHARACTERS, detail, limit=MIN_DIFFERENT_CHARACTERS)
    return None
