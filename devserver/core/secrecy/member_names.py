"""Which members of a session hold a secret, by the words within their names.

`resetPasswordHash` is [reset, password, hash]. Words that only spell the value (`hash`, `confirm`)
are left out at the end; then the last word says what the member is: a password is a secret, its
`type`, `endpoint` or `changed_at` is none.
"""

from __future__ import annotations

import re
from functools import lru_cache

HEADS = frozenset(
    {"token", "secret", "password", "passwd", "passphrase", "passcode", "pswd", "pwd", "pw", "pass"}
    | {"pin", "otp", "totp", "hotp", "jwt", "jws", "credential", "verifier", "mnemonic"}
    | {"csrf", "xsrf", "bearer", "authorization", "assertion", "samlresponse"}
)
"""Last words of names that are secrets."""
ENDINGS = (
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "privatekey",
    "secretkey",
)
"""How such words end where a name is written without a separator: `authtoken`."""
PAIRS = {
    "key": frozenset(
        {"api", "private", "secret", "access", "signing", "sign", "encryption", "master", "session"}
        | {"auth", "ssh", "recovery", "hmac", "aes", "service", "client"}
    ),
    "code": frozenset(
        {"verification", "reset", "recovery", "backup", "mfa", "sms", "fa", "auth", "authorization"}
        | {"login", "security", "confirmation", "device", "scratch", "challenge"}
    ),
    "hash": frozenset({"auth", "user", "session", "login", "remember"}),
    "link": frozenset({"magic", "reset", "login", "verification"}),
    "phrase": frozenset({"pass", "seed", "recovery"}),
    "answer": frozenset({"secret", "security"}),
    "session": frozenset({"auth"}),
    "cookie": frozenset({"session", "auth", "login"}),
}
"""Last words that are secrets only behind one of these: `api_key`, and no `cache_key`."""
WHOLE = frozenset({"cookie"})
"""Names that are secrets only as a whole."""
SPELLINGS = frozenset(
    {"hash", "hashed", "digest", "salt", "value", "text", "raw", "code", "plain", "base", "hex"}
    | {"confirm", "confirmation", "again", "repeat", "new", "old", "current", "encrypted", "enc"}
    | {"string", "ascii"}
)
"""Last words that say how a secret is written, or which one it is: `password_hash`, `otp_code`."""
ASKING = frozenset({"has", "is", "had", "need", "require", "must", "should", "can", "no", "use"})
"""First words of a question: `has_password`."""
HOLDING = SPELLINGS | {"access", "refresh"}
"""Members of a secret that is an object: `{"token": {"value": …}}`."""
LONGEST = 120
"""Characters of a name that are read, from its end."""
NAMES = 4096
"""Names whose answer is kept."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def is_secret_member(name: str) -> bool:
    """Check whether the text of a member is a secret: `apiKey`, `API_KEY`, `user.api-key`."""
    return _is_secret(name[-LONGEST:])


def is_many(name: str) -> bool:
    """Check whether a name is a plural: a number in `tokens` is their count, and no token."""
    return name[-1:] in ("s", "S")


def holds_secret(name: str) -> bool:
    """Check whether a member of an object that is a secret is the text itself."""
    words = _words_of(name[-LONGEST:])
    return bool(words) and words[-1] in HOLDING


@lru_cache(NAMES)
def _is_secret(name: str) -> bool:
    if _is_question(name):
        return False
    words = _words_of(name)
    if len(words) == 1 and words[0] in WHOLE:
        return True
    while words:
        if _is_head(words):
            return True
        if words[-1] not in SPELLINGS:
            return False
        words = words[:-1]
    return False


def _is_question(name: str) -> bool:
    words = _words_of(name.rpartition(".")[2])
    return bool(words) and words[0] in ASKING


def _is_head(words: list[str]) -> bool:
    last = words[-1]
    if last in HEADS or last.endswith(ENDINGS):
        return True
    return len(words) > 1 and words[-2] in PAIRS.get(last, ())


def _words_of(name: str) -> list[str]:
    """Return the words of a name in lower case and in the singular."""
    return [_to_singular(word.lower()) for word in _WORD.findall(name)]


def _to_singular(word: str) -> str:
    if len(word) < 4 or word in HEADS or not word.endswith("s"):
        return word
    return word[:-1]
