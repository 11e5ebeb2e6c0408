"""decode, reseal and weak, as a shell runs them."""

from __future__ import annotations

import json
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from joserfc import jws
from joserfc.jwk import RSAKey

from session_inspector.devserver.cookies.sealed import KeyRing, open_sealed, seal
from session_inspector.devserver.decoders.codecs.base64_text import to_base64url
from session_inspector.devserver.decoders.codecs.timestamp import to_timestamp
from session_inspector.devserver.decoders.formats.python.flask import sign
from tests.inspector.cli.test_commands import SECRET, run

ENDS = 9_999_999_999


@pytest.fixture
def cookie() -> str:
    payload = {"user": {"sub": "u"}, "tokenSet": {"accessToken": "tok-tok"}, "exp": ENDS}
    return seal(payload, KeyRing([SECRET]))  # type: ignore[arg-type]  # a literal is JSON


def flask(secret: str) -> str:
    text = f"{to_base64url(b'{}')}.{to_timestamp(1_900_000_000)}"
    return f"session={text}.{sign(text, secret)}"


@pytest.mark.parametrize(
    "shape",
    ["{c}", "__session={c}", "Cookie: a=1; __session={c}", "curl http://x -b 'a=1; __session={c}'"],
)
@pytest.mark.parametrize("place", ["stdin", "argument", "file"])
def test_decode_reads_it_from_anywhere(tmp_path: Path, cookie: str, shape: str, place: str) -> None:
    text = shape.format(c=cookie)
    (tmp_path / "c.txt").write_text(text)
    named = {"stdin": [], "argument": [text], "file": [str(tmp_path / "c.txt")]}[place]
    stdin = text if place == "stdin" else ""
    found = run("decode", *named, "--secret", SECRET, "--json", stdin=stdin, home=tmp_path)
    answer = json.loads(found.stdout)
    assert (found.returncode, answer["ok"], answer["format"], answer["who"]) == (
        0,
        True,
        "nextjs-auth0 v4 (stateless)",
        "u",
    )
    assert answer["payload"]["user"] == {"sub": "u"}
    assert "tok-tok" not in found.stdout


def test_decode_reveals_on_purpose_and_knows_older_secrets(tmp_path: Path, cookie: str) -> None:
    secrets = ("--secret", "x" * 32, "--secret", SECRET)
    found = run("decode", *secrets, "--reveal", "--json", stdin=cookie, home=tmp_path)
    answer = json.loads(found.stdout)
    assert (answer["secret"], answer["payload"]["tokenSet"]["accessToken"]) == (1, "tok-tok")


def test_the_panel_is_a_box_without_colours_in_a_pipe(tmp_path: Path, cookie: str) -> None:
    found = run("decode", "--secret", SECRET, stdin=cookie, home=tmp_path)
    lines = found.stdout.splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[0].startswith("╭─ nextjs-auth0 v4 (stateless)")
    assert "\x1b" not in found.stdout
    assert "tok-tok" not in found.stdout
    revealed = run("decode", "--secret", SECRET, "--reveal", stdin=cookie, home=tmp_path)
    assert "tok-tok" in revealed.stdout


def test_exit_codes_by_verdict(tmp_path: Path, cookie: str) -> None:
    def code(text: str, secret: str = SECRET) -> int:
        return run("decode", "--json", stdin=text, home=tmp_path, AUTH0_SECRET=secret).returncode

    old = seal({"id": "x", "exp": 5}, KeyRing([SECRET]))
    assert code(cookie) == 0
    assert code("_ga=GA1.2.3") == 1
    assert code(old) == 3
    assert code(cookie, "y" * 32) == 4
    assert code(cookie[:-5]) == 5
    assert run("decode", stdin=cookie, home=tmp_path).returncode == 4


def test_secrets_of_stdin_and_of_env_files(tmp_path: Path, cookie: str) -> None:
    found = run("decode", cookie, "--secret", "-", "--json", stdin=f"a\n{SECRET}\n", home=tmp_path)
    assert json.loads(found.stdout)["secret"] == 1
    (tmp_path / ".env.local").write_text(f"AUTH0_SECRET={SECRET}\n")
    found = run("decode", cookie, "--json", home=tmp_path, cwd=tmp_path)
    assert json.loads(found.stdout)["opened_by"] == "AUTH0_SECRET in .env.local"
    none = run("decode", cookie, "--json", "--no-env-files", home=tmp_path, cwd=tmp_path)
    assert none.returncode == 4


def test_lines_are_one_answer_each(tmp_path: Path, cookie: str) -> None:
    text = f"{cookie}\n\n__session={cookie}\nnonsense\n"
    found = run("decode", "--lines", "--secret", SECRET, stdin=text, home=tmp_path)
    answers = [json.loads(line) for line in found.stdout.splitlines()]
    assert [(a["line"], a["ok"]) for a in answers] == [(1, True), (3, True), (4, False)]
    assert (found.returncode, found.stderr) == (1, "3 cookies, 2 valid\n")


def test_reseal_gives_a_valid_cookie_and_a_warning(tmp_path: Path, cookie: str) -> None:
    edits = ("--set", "user.sub=bob", "--expires", "+1h", "--unset", "tokenSet")
    found = run("reseal", cookie, "--secret", SECRET, *edits, home=tmp_path)
    assert found.returncode == 0
    assert "working login" in found.stderr
    name, _, value = found.stdout.removeprefix("Cookie: ").strip().partition("=")
    payload = open_sealed(value, KeyRing([SECRET]), now=0).payload
    assert (name, payload["user"], "tokenSet" in payload) == ("__session", {"sub": "bob"}, False)
    assert isinstance(payload["exp"], (int, float))
    assert payload["exp"] < ENDS


def test_reseal_says_what_the_app_reads_from_its_store(tmp_path: Path) -> None:
    sealed = seal({"id": "a row", "exp": ENDS}, KeyRing([SECRET]), iv=b"twelve bytes")
    edits = ("--set", "user.name=Bob")
    found = run("reseal", f"__session={sealed}", "--secret", SECRET, *edits, home=tmp_path)
    assert found.returncode == 0
    assert "user.name is sealed in, and its app ignores it" in found.stderr


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("set-cookie", "Set-Cookie: __session="),
        ("curl", "curl -b "),
        ("json", '"cookies": {"__session": "'),
    ],
)
def test_reseal_prints_as_asked(tmp_path: Path, cookie: str, out: str, said: str) -> None:
    found = run("reseal", cookie, "--secret", SECRET, "--out", out, home=tmp_path)
    assert said in found.stdout


def test_reseal_says_why_not(tmp_path: Path, cookie: str) -> None:
    wrong = run("reseal", cookie, "--secret", "w" * 32, home=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (4, "")
    path = run("reseal", cookie, "--secret", SECRET, "--unset", "no.such", home=tmp_path)
    assert (path.returncode, "there is no 'no'" in path.stderr) == (2, True)
    token = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"
    rsa = run("reseal", f"t={token}", "--secret", SECRET, home=tmp_path)
    assert (rsa.returncode, "cannot be sealed" in rsa.stderr) == (2, True)


def test_weak_finds_what_everybody_knows(tmp_path: Path) -> None:
    found = run("weak", flask("keyboard cat"), home=tmp_path)
    assert (found.returncode, "keyboard cat" in found.stdout) == (1, True)
    strong = run("weak", flask("u7wK0bX1" * 4), "--json", home=tmp_path)
    assert (strong.returncode, json.loads(strong.stdout)["weak"]) == (0, False)


@pytest.mark.parametrize(
    "text",
    [
        "_ga=1",
        f"session={'a' * 32}",
        "t=eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
        "t=eyJhbGciOiJub25lIn0.e30.",
    ],
)
def test_weak_says_what_could_not_be_tried(tmp_path: Path, text: str) -> None:
    found = run("weak", text, "--json", home=tmp_path)
    answer = json.loads(found.stdout)
    assert (found.returncode, answer["weak"], answer["tried"]) == (4, False, 0)
    assert answer["reason"]
    assert "could not be tried" in run("weak", text, home=tmp_path).stdout


def rsa_token(key: RSAKey, claims: bytes) -> str:
    registry = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    return jws.serialize_compact({"alg": "RS256", "kid": "k1"}, claims, key, registry=registry)


def test_tokens_are_verified_with_keys_of_a_file_or_a_url(tmp_path: Path) -> None:
    key = RSAKey.generate_key(2048, parameters={"kid": "k1"})
    token = rsa_token(key, b'{"sub":"ann","exp":%d}' % ENDS)
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    (tmp_path / "key.pem").write_bytes(key.as_pem(private=False))

    def answer(*flags: str) -> tuple[int, str, bool, str | None]:
        found = run("decode", f"tok={token}", "--json", *flags, home=tmp_path, cwd=tmp_path)
        shown = json.loads(found.stdout)
        return found.returncode, shown["verdict"], shown["verified"], shown["opened_by"]

    assert answer() == (4, "unverified", False, None)
    assert answer("--secret", SECRET) == (4, "unverified", False, None)
    assert answer("--jwks", "keys.json") == (0, "valid", True, "--jwks keys.json")
    assert answer("--key", "key.pem") == (0, "valid", True, "--key key.pem")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/keys.json"
        assert answer("--jwks", url) == (0, "valid", True, f"--jwks {url}")
        gone = run("decode", token, "--jwks", f"{url}.gone", home=tmp_path)
        server.shutdown()
    assert (gone.returncode, "gives no keys" in gone.stderr) == (2, True)
    other = RSAKey.generate_key(2048).as_pem(private=False)
    (tmp_path / "other.pem").write_bytes(other)
    assert answer("--key", "other.pem") == (4, "wrong secret", False, None)
    late = rsa_token(key, b'{"sub":"ann","exp":5}')
    expired = run("decode", late, "--key", str(tmp_path / "key.pem"), "--json", home=tmp_path)
    assert (expired.returncode, json.loads(expired.stdout)["problem"]) == (3, "expired")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--key", "gone.pem"), "cannot be read"),
        (("--jwks", "empty.json"), "has no key"),
        (("--jwks", "http://127.0.0.1:1/"), "gives no keys"),
        (("--jwks", "http://[::bad/"), "is no URL"),
    ],
)
@pytest.mark.parametrize("command", ["decode", "reseal", "weak"])
def test_keys_that_cannot_be_had_are_bad_input(
    tmp_path: Path, command: str, flags: tuple[str, str], said: str
) -> None:
    (tmp_path / "empty.json").write_text("{}")
    found = run(command, "a=1", *flags, home=tmp_path, cwd=tmp_path)
    assert (found.returncode, found.stdout) == (2, "")
    assert said in found.stderr or "gives no keys" in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_json_says_what_a_cookie_could_be_and_why(tmp_path: Path) -> None:
    found = run("decode", f"sid={'a1' * 16}", "--json", "--secret", SECRET, home=tmp_path)
    answer = json.loads(found.stdout)
    assert (found.returncode, answer["verdict"], answer["verified"]) == (1, "unknown", False)
    assert (answer["format"], answer["secret"], answer["problem"]) == (None, None, None)
    assert {one["certainty"] for one in answer["looks_like"]} == {"could be"}
    assert all(one["why"] and one["format"] for one in answer["looks_like"])


def test_lines_have_the_verdict_of_each(tmp_path: Path) -> None:
    lines = [flask("cat"), "hello", f"t={'x' * 43}"]
    found = run("decode", "--lines", stdin="\n".join(lines), home=tmp_path)
    answers = [json.loads(line) for line in found.stdout.splitlines()]
    assert [(a["verdict"], a["verified"], a["code"]) for a in answers] == [
        ("unverified", False, "no_secret"),
        ("unknown", False, "not_a_session"),
        ("unknown", False, "not_certain"),
    ]
    again = run("decode", "--lines", "--secret", "cat", stdin=lines[0], home=tmp_path)
    assert json.loads(again.stdout)["verified"] is True


def test_the_exit_codes_are_in_the_help(tmp_path: Path) -> None:
    weak = run("weak", "--help", home=tmp_path).stdout
    assert "4 it could not be tried" in " ".join(weak.split())
    shown = " ".join(run("decode", "--help", home=tmp_path).stdout.split())
    assert "4 unverified" in shown
    assert "--jwks FILE|URL" in shown


def test_lines_are_read_in_whatever_form_a_paste_is(tmp_path: Path) -> None:
    cookie = flask("cat")
    lines = [
        json.dumps({"headers": {"cookie": cookie}, "host": "a.test"}),
        f'1.2.3.4 - - [28/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "{cookie}"',
        f"curl https://a.test/ -H 'Cookie: {cookie}'",
        cookie.replace("=", "\t", 1) + "\ta.test\t/",
        cookie.partition("=")[2],
        json.dumps({"sid": "s", "sess": {"cookie": {}}, "expire": "2126-12-01T00:00:00.000Z"}),
    ]
    found = run("decode", "--lines", "--secret", "cat", stdin="\n".join(lines), home=tmp_path)
    answers = [json.loads(line) for line in found.stdout.splitlines()]
    assert [answer.get("format") for answer in answers] == [
        *["Flask"] * 5,
        "looks like a row of connect-redis",
    ]
    assert [answer["verified"] for answer in answers[:5]] == [True] * 5
    assert answers[5]["code"] == "no_seal"


def test_lines_keep_the_id_of_a_session_masked(tmp_path: Path) -> None:
    key = "A7lx9PUH8kQ2mNpR4sTvWxYz01234567"
    found = run("decode", "--lines", stdin=f"connect.sid=s%3A{key}.{'a' * 43}", home=tmp_path)
    assert key not in found.stdout
    assert "chars #" in found.stdout
