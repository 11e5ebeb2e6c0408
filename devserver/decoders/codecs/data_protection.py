"""ASP.NET Core Data Protection: keys in XML, subkeys by SP800-108, AES-CBC with HMAC or AES-GCM.

From the documentation ("Subkey derivation and authenticated encryption", "Context headers").
"""

from __future__ import annotations

import hmac
import os
import re
import uuid
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from session_inspector.devserver.decoders.codecs.aes import (
    BLOCK,
    TAG,
    decrypt_cbc,
    decrypt_gcm,
    encrypt_cbc,
)
from session_inspector.devserver.decoders.codecs.mac import is_same, mac

MAGIC = b"\x09\xf0\xc9\xf0"
MODIFIER = 16
NONCE = 12
KEY = re.compile(r"<key\s[^>]*?id=\"([0-9a-fA-F-]{36})\".*?</key>", re.DOTALL)
MASTER = re.compile(r"<value>\s*([A-Za-z0-9+/=\s]{20,400})</value>")
CIPHER = re.compile(r"<encryption algorithm=\"AES_(128|192|256)_(CBC|GCM)\"")
VALIDATION = re.compile(r"<validation algorithm=\"HMACSHA(256|512)\"")
LARGEST_XML = 200_000
"""Characters of a ring's XML that are read."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """One key of a ring."""

    id: str
    master: bytes
    size: int = 32
    """Bytes of the cipher's key."""
    mode: str = "CBC"
    digest: str = "sha256"
    """The HMAC beside CBC."""

    @property
    def cipher(self) -> str:
        """The algorithm by its name."""
        if self.mode == "GCM":
            return f"AES-{self.size * 8}-GCM"
        return f"AES-{self.size * 8}-CBC with HMAC-{self.digest.upper()}"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a key opened."""

    text: bytes
    cipher: str


def read_keys(xml: str) -> list[DataKey]:
    """Return the keys in the XML of a ring; one whose master key is encrypted is left out."""
    if "<key" not in xml:
        return []
    found: list[DataKey] = []
    for match in KEY.finditer(xml[:LARGEST_XML]):
        master = MASTER.search(match[0])
        if master is not None:
            found.append(_read_key(match[1], master[1], match[0]))
    return found


def _read_key(key_id: str, master: str, xml: str) -> DataKey:
    cipher = CIPHER.search(xml)
    validation = VALIDATION.search(xml)
    return DataKey(
        id=str(uuid.UUID(key_id)),
        master=b64decode("".join(master.split()) + "=="),
        size=int(cipher[1]) // 8 if cipher else 32,
        mode=cipher[2] if cipher else "CBC",
        digest=f"sha{validation[1]}" if validation else "sha256",
    )


def open_payload(raw: bytes, start: int, key: DataKey, purposes: Sequence[str]) -> Opened | None:
    """Return the text of a protected payload, None where key or purposes are others.

    `start`: bytes of the mark and the key's id.
    """
    label = describe_purposes(raw[:start], purposes)
    modifier = raw[start : start + MODIFIER]
    sealed = raw[start + MODIFIER :]
    context = context_header(key.size, key.mode, key.digest) + modifier
    if key.mode == "GCM":
        subkey = derive_sp800_108(key.master, label, context, key.size)
        text = decrypt_gcm(subkey, sealed[:NONCE], sealed[NONCE:])
    else:
        text = _open_cbc(sealed, key, label, context)
    if text is None:
        return None
    return Opened(text, key.cipher)


def protect(text: bytes, head: bytes, key: DataKey, purposes: Sequence[str]) -> bytes:
    """Return a protected payload; `head` is the mark and the key's id."""
    label = describe_purposes(head, purposes)
    modifier = os.urandom(MODIFIER)
    context = context_header(key.size, key.mode, key.digest) + modifier
    if key.mode == "GCM":
        subkey = derive_sp800_108(key.master, label, context, key.size)
        nonce = os.urandom(NONCE)
        return head + modifier + nonce + AESGCM(subkey).encrypt(nonce, text, None)
    size = _digest_size(key.digest)
    subkeys = derive_sp800_108(key.master, label, context, key.size + size)
    iv = os.urandom(BLOCK)
    sealed = iv + encrypt_cbc(subkeys[: key.size], iv, text)
    return head + modifier + sealed + mac(subkeys[key.size :], sealed, key.digest)


def _open_cbc(sealed: bytes, key: DataKey, label: bytes, context: bytes) -> bytes | None:
    size = _digest_size(key.digest)
    subkeys = derive_sp800_108(key.master, label, context, key.size + size)
    body = sealed[:-size]
    if not is_same(mac(subkeys[key.size :], body, key.digest), sealed[-size:]):
        return None
    return decrypt_cbc(subkeys[: key.size], body[:BLOCK], body[BLOCK:])


def describe_purposes(head: bytes, purposes: Sequence[str]) -> bytes:
    """Return what is authenticated beside a payload: mark, key's id, and the chain of purposes."""
    found = head + len(purposes).to_bytes(4, "big")
    for purpose in purposes:
        text = purpose.encode("utf-8", "replace")
        found += write_length(len(text)) + text
    return found


def write_length(size: int) -> bytes:
    """Return a length as .NET writes it: seven bits a byte."""
    found = b""
    while size >= 0x80:
        found += bytes((size & 0x7F | 0x80,))
        size >>= 7
    return found + bytes((size,))


def derive_sp800_108(key: bytes, label: bytes, context: bytes, size: int) -> bytes:
    """Return a key by SP800-108 in counter mode with HMAC-SHA512."""
    tail = label + b"\0" + context + (size * 8).to_bytes(4, "big")
    found = b""
    counter = 1
    while len(found) < size:
        found += hmac.new(key, counter.to_bytes(4, "big") + tail, "sha512").digest()
        counter += 1
    return found[:size]


@lru_cache(maxsize=16)
def context_header(size: int, mode: str, digest: str) -> bytes:
    """Return what identifies the algorithms: their sizes, and what they make of nothing."""
    if mode == "GCM":
        key = derive_sp800_108(b"", b"", b"", size)
        sizes = (size, NONCE, BLOCK, TAG)
        return b"\x00\x01" + _write_sizes(sizes) + _tag_of_nothing(key)
    digest_size = _digest_size(digest)
    keys = derive_sp800_108(b"", b"", b"", size + digest_size)
    sizes = (size, BLOCK, digest_size, digest_size)
    block = _encrypt_nothing(keys[:size])
    return b"\x00\x00" + _write_sizes(sizes) + block + mac(keys[size:], b"", digest)


def _write_sizes(sizes: Sequence[int]) -> bytes:
    return b"".join(size.to_bytes(4, "big") for size in sizes)


def _encrypt_nothing(key: bytes) -> bytes:
    """Return one block of padding, encrypted with an IV of zeros."""
    cipher = Cipher(algorithms.AES(key), modes.CBC(bytes(BLOCK))).encryptor()
    return cipher.update(bytes((BLOCK,)) * BLOCK) + cipher.finalize()


def _tag_of_nothing(key: bytes) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.GCM(bytes(NONCE))).encryptor()
    cipher.finalize()
    return cipher.tag


def _digest_size(digest: str) -> int:
    return int(digest.removeprefix("sha")) // 8
