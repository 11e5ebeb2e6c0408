"""Secrets that everybody knows: those of documentation, templates and tutorials.

A session sealed with one of them can be forged by anybody. The list is small on purpose: it finds
a default that was never changed; it is no attack on a chosen secret.
"""

from __future__ import annotations

_WORDS = (
    "secret", "Secret", "SECRET", "mysecret", "my-secret", "my_secret", "MY_SECRET", "supersecret",
    "super-secret", "super_secret", "supersecretkey", "super secret key", "super-secret-key",
    "secretkey", "secret-key", "secret_key", "SECRET_KEY", "secret key", "mysecretkey",
    "my-secret-key", "my_secret_key", "my secret key", "topsecret", "top secret", "shhhh",
    "verysecret", "very secret", "very-secret", "s3cr3t", "changeme", "change-me", "change_me",
    "CHANGEME", "CHANGE_ME", "change me", "changethis", "please-change-me", "please change me",
    "password", "Password", "passw0rd", "password123", "admin", "default", "test", "testing",
    "test-secret", "test_secret", "dev", "development", "dev-secret", "dev_secret", "dev key",
    "development key", "a default secret", "foo", "bar", "foobar", "123456", "12345678",
    "1234567890", "0123456789", "abc123", "qwerty", "key", "session", "session-secret",
    "session_secret", "sessionsecret", "SESSION_SECRET", "cookie", "cookie-secret", "token",
    "jwt", "jwt-secret", "jwt_secret", "JWT_SECRET", "auth", "auth-secret", "nextauth",
    "nextauth-secret", "NEXTAUTH_SECRET", "AUTH_SECRET", "AUTH0_SECRET",
)  # fmt: skip
_DOCUMENTS = (
    "keyboard cat",
    "cat",
    "LONG_RANDOM_STRING",
    "LONG_RANDOM_VALUE",
    "a long, randomly-generated string stored in env",
    "a-long-random-string",
    "use [openssl rand -hex 32] to generate a 32 bytes value",
    "[use 'openssl rand -hex 32' to generate a 32 bytes value]",
    "complex_password_at_least_32_characters_long",
    "this-is-a-very-long-secret-of-32-characters",
    "your-256-bit-secret",
    "your-384-bit-secret",
    "your-512-bit-secret",
    "a-string-secret-at-least-256-bits-long",
    "your-secret",
    "your_secret",
    "your-secret-key",
    "your_secret_key",
    "your secret key",
    "your-secret-here",
    "YOUR_SECRET",
    "YOUR_SECRET_KEY",
    "YOUR_SECRET_KEY_HERE",
    "your-super-secret-jwt-token-with-at-least-32-characters-long",
    "super-secret-jwt-token-with-at-least-32-characters-long",
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    '_5#y2L"F4Q8z\n\xec]/',
    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
    "A0Zr98j/3yX R~XHH!jmN]LWX/,?RT",
    "you-will-never-guess",
    "hard to guess string",
    "this is a secret",
    "thisisasecret",
    "thisismysecret",
    "the quick brown fox jumps over the lazy dog",
    "SomeRandomString",
    "SomeRandomStringOf32Characters!!",
    "some-long-random-string-of-characters",
    "base64:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "00000000000000000000000000000000",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "0123456789abcdef0123456789abcdef",
    "12345678901234567890123456789012",
    "abcdefghijklmnopqrstuvwxyz012345",
    "abcdefghijklmnopqrstuvwxyz123456",
)
WELL_KNOWN: tuple[str, ...] = (*_WORDS, *_DOCUMENTS)
"""Tried in this order."""
