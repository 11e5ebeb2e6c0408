"""A small app that writes lines, for the picture of its output: `python shop.py` with PORT."""

import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STOCK = {"/": "welcome", "/cart": "1 hat"}


class Shop(BaseHTTPRequestHandler):
    """Knows two pages, and fails at the third."""

    def do_GET(self) -> None:
        print(f"shop: {self.path} is asked for", flush=True)
        time.sleep(0.15)  # its database
        page = STOCK.get(self.path)
        if page is None:
            print(f"ERROR shop: no {self.path}: the order is lost", file=sys.stderr, flush=True)
            time.sleep(0.15)
            self.send_response(500)
            self.end_headers()
            return
        print(f"shop: found {page!r}", flush=True)
        time.sleep(0.15)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing more: it has said what it does."""


print("shop: reads its settings, secret=s3cr3t-of-the-shop", flush=True)
with ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Shop) as server:
    print(f"shop: listens on {server.server_port}", flush=True)
    server.serve_forever()
