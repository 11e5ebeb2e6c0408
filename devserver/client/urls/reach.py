"""Whom we trust as a provider, and why one gave no answer: in words, with the fix if any."""

from __future__ import annotations

import os
import re
import ssl

import httpx

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.masking import mask_words

NAME_MISMATCH = 62
"""OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH."""
OUT_OF_DATE = (9, 10)
"""X509_V_ERR_CERT_NOT_YET_VALID and _HAS_EXPIRED."""
UNTRUSTED = (
    "its certificate is signed by an authority that is not trusted here ({reason})."
    " Fix: SSL_CERT_FILE=CA.pem, the authority's own certificate"
)
_LIBRARY_TEXT = re.compile(r"\[[A-Z0-9:_ ]+\] (.*?)(?: \(_ssl\.c:\d+\))?")
MOST_CAUSES = 10


def load_trust() -> ssl.SSLContext:
    """Return a context that trusts what SSL_CERT_FILE or SSL_CERT_DIR names, else the usual ones.

    Raises: InputError when what they name cannot be read.
    """
    try:
        return httpx.create_ssl_context()
    except OSError as error:  # ssl.SSLError is one
        names = ("SSL_CERT_FILE", "SSL_CERT_DIR")
        given = ", ".join(f"{name}={os.environ[name]}" for name in names if name in os.environ)
        raise InputError(
            f"the trusted certificate authorities cannot be read ({given}): {error}."
            " Fix: name a file of PEM certificates"
        ) from error


def explain_failure(url: str, error: Exception) -> str:
    """Return one line: the URL, and what went wrong there."""
    return mask_words(f"{url}: {_find_reason(error)}")


def _find_reason(error: Exception) -> str:
    cause = _find_tls_error(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _explain_certificate(cause)
    if cause is not None:
        reason = _LIBRARY_TEXT.sub(r"\1", str(cause))
        return f"no TLS connection: {reason}"
    if isinstance(error, httpx.HTTPStatusError):
        return f"it answered {error.response.status_code}"
    if isinstance(error, httpx.TimeoutException):
        return "it did not answer in time"
    return str(error) or type(error).__name__


def _explain_certificate(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code == NAME_MISMATCH:
        return f"its certificate is for another name ({error.verify_message})"
    if error.verify_code in OUT_OF_DATE:
        return f"its certificate is out of date ({error.verify_message})"
    return UNTRUSTED.format(reason=error.verify_message)


def _find_tls_error(error: BaseException) -> ssl.SSLError | None:
    """Return the TLS error that a library's own one was raised for."""
    found: BaseException | None = error
    for _ in range(MOST_CAUSES):
        if found is None or isinstance(found, ssl.SSLError):
            return found
        found = found.__cause__ or found.__context__
    return None
