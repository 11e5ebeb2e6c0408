"""Times seal + open with jwcrypto: reads JSON from standard input, prints microseconds."""

from __future__ import annotations

import json
import statistics
import sys
import time

from jwcrypto import jwe, jwk
from jwcrypto.common import base64url_encode

HEADER = {"enc": "A256GCM", "alg": "dir"}


def main() -> None:
    """Seal and open; the lower quartile of the rounds."""
    told = json.load(sys.stdin)
    key = jwk.JWK(k=base64url_encode(bytes.fromhex(told["key"])), kty="oct")
    taken: list[float] = []
    for _ in range(told["rounds"]):
        start = time.perf_counter()
        for _ in range(told["count"]):
            token = jwe.JWE(json.dumps(told["payload"]), protected=HEADER)
            token.add_recipient(key)
            opened = jwe.JWE()
            opened.deserialize(token.serialize(compact=True), key)
            assert json.loads(opened.payload) == told["payload"]
        taken.append((time.perf_counter() - start) / told["count"] * 1e6)
    print(statistics.quantiles(taken)[0])


if __name__ == "__main__":
    main()
