"""The line that is the error, in what apps and the tools around them write."""

from __future__ import annotations

import pytest

from session_inspector.inspector.model.words.crash_reason import find_crash_reason

NPM = """
npm notice
npm notice New minor version of npm available! 10.8.2 -> 10.9.0
npm notice To update run: npm install -g npm@10.9.0
npm notice"""
NODE = f"""
/app/server.js:3
throw new TypeError("no DATABASE_URL");
^

TypeError: no DATABASE_URL
    at Object.<anonymous> (/app/server.js:3:7)
    at Module._compile (node:internal/modules/cjs/loader:1554:14)

Node.js v22.14.0
npm error Lifecycle script `start` failed with error:
npm error code 1
{NPM}"""
MODULE = """
node:internal/modules/cjs/loader:1228
  throw err;
  ^

Error: Cannot find module 'express'
Require stack:
- /app/server.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15) {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '/app/server.js' ]
}

Node.js v20.11.0"""
CODED = """
Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'hono' imported from /app/a.mjs
    at packageResolve (node:internal/modules/esm/resolve:854:9)"""
PYTHON = """
Traceback (most recent call last):
  File "/app/app.py", line 3, in <module>
    key = os.environ["SECRET"]
          ~~~~~~~~~~^^^^^^^^^^
KeyError: 'SECRET'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/app.py", line 5, in <module>
    raise NoConfiguration("SECRET is not set")
app.settings.NoConfiguration: SECRET is not set
WARNING: this is written at exit"""
SYNTAX = """
  File "/app/app.py", line 1
    def
       ^
SyntaxError: invalid syntax"""
LOGGED = """
ERROR:    Traceback (most recent call last):
  File "/app/app.py", line 3, in <module>
    boom()
OSError: [Errno 98] Address already in use
"""
COMPOSE = """
web-1  | Traceback (most recent call last):
web-1  |   File "/app/app.py", line 3, in <module>
web-1  |     boom()
web-1  | redis.exceptions.ConnectionError: refused
"""
TYPES = """
src/a.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.
src/b.ts(9,1): error TS2304: Cannot find name 'x'.
npm error code 2"""
GO = """
panic: dial tcp 127.0.0.1:6379: connect: connection refused

goroutine 1 [running]:
main.main()
	/app/main.go:9 +0x1d
exit status 2"""
JAVA = """
Exception in thread "main" java.lang.IllegalStateException: no port
	at app.Main.main(Main.java:5)
Caused by: java.net.BindException: Address already in use
	... 3 more"""
RUST = """
thread 'main' panicked at src/main.rs:4:5:
no port
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace"""
RUBY = """
app.rb:3:in `fetch': key not found: "SECRET" (KeyError)
	from app.rb:3:in `<main>'"""
HANDLED = """
Error: the cache is away, and that is handled
listening
TypeError: x is not a function
    at /app/server.js:9:1"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (NODE, "TypeError: no DATABASE_URL"),
        (MODULE, "Error: Cannot find module 'express'"),
        (
            CODED,
            "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'hono' imported from /app/a.mjs",
        ),
        (PYTHON, "app.settings.NoConfiguration: SECRET is not set"),
        (SYNTAX, "SyntaxError: invalid syntax"),
        (LOGGED, "OSError: [Errno 98] Address already in use"),
        (COMPOSE, "redis.exceptions.ConnectionError: refused"),
        (
            TYPES,
            "src/a.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.",
        ),
        (GO, "panic: dial tcp 127.0.0.1:6379: connect: connection refused"),
        (JAVA, 'Exception in thread "main" java.lang.IllegalStateException: no port'),
        (RUST, "thread 'main' panicked at src/main.rs:4:5:"),
        (RUBY, 'app.rb:3:in `fetch\': key not found: "SECRET" (KeyError)'),
        (HANDLED, "TypeError: x is not a function"),
    ],
)
def test_the_line_of_the_error_is_found(text: str, reason: str) -> None:
    assert find_crash_reason(text.splitlines()) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", ""),
        ("\n \n", ""),
        ("no database\n", "no database"),
        (f"SECRET is missing{NPM}", "SECRET is missing"),
        ("npm notice\nnpm error code 1", "npm error code 1"),
        ("Errors: none\nbye", "bye"),
        ("the Error: is in the middle\nbye", "bye"),
    ],
)
def test_without_one_it_is_the_last_line_that_the_app_wrote(text: str, reason: str) -> None:
    assert find_crash_reason(text.splitlines()) == reason
