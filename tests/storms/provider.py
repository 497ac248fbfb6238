"""A provider of messages on loopback, in a process of its own that is never killed.

It writes down what it truly received before it does anything else, and fails as the seed says (see `fates`). Its book
is what storms are judged by.
"""

import hmac
import http.client
import json
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any

from attrs import frozen
from tests.storms.book import Books, Entry, reference
from tests.storms.clock import wall_us
from tests.storms.fates import ProviderSettings
from tests.storms.leash import be_leashed

LATE, HANGS = 1.2, 1.5
"""After how many times the clients' patience a late request is taken over, and a hanging one is answered."""


def signed(secret: str, body: bytes, us: int) -> dict[str, str]:
    """The headers of a call."""
    stamp = str(us // 10**6)
    signature = hmac.digest(secret.encode(), stamp.encode() + b"." + body, "sha256").hex()
    return {"Storm-Time": stamp, "Storm-Signature": signature}


class Server(ThreadingHTTPServer):
    """Serves each connection in a thread."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, books: Books) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.books = books

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is none."""


class Handler(BaseHTTPRequestHandler):
    """One request, and the end of its connection."""

    server: Server

    def handle(self) -> None:
        """Serve it, or close the connection before anything is read."""
        if self.server.books.connected():
            super().handle()

    def do_POST(self) -> None:
        """A message, or that the faults stop; what did not arrive whole, as of who was killed, was never read."""
        books, length = self.server.books, int(self.headers["Content-Length"])
        content = self.rfile.read(length)
        if len(content) < length:
            self.close_connection = True
            return
        body = json.loads(content or b"{}")
        if self.path == "/calm":
            books.is_calm = True
            self._answer(200, {})
            return
        entry = books.asked(self.headers["Idempotency-Key"], body)
        getattr(self, f"_{entry.fate}")(entry)

    def do_GET(self) -> None:
        """A question, the calls that are ready, or how much was done."""
        books, (_, kind, *rest) = self.server.books, self.path.split("/", 2)
        if kind == "counts":
            with books.lock:
                self._answer(200, {"requests": sum(books.numbers.values()), "taken": len(books.taken)})
        elif kind == "calls":
            self._answer(200, [self._call(reports) for reports in books.ready_calls()])
        elif books.settings.mode != "queryable":
            self._answer(405, {})
        elif books.is_deaf(rest[0]):
            self._answer(503, {})
        elif books.finds(rest[0]):
            self._answer(200, {"id": reference(rest[0])})
        else:
            self._answer(404, {})

    def _call(self, reports: list[dict[str, str]]) -> dict[str, Any]:
        body = json.dumps({"reports": reports})
        return {"headers": signed(self.server.books.settings.secret, body.encode(), wall_us()), "body": body}

    def _take(self, entry: Entry) -> None:
        self.server.books.take_over(entry)
        self._answer(202, {"id": reference(entry.key)})

    def _drop(self, entry: Entry) -> None:
        self.server.books.take_over(entry)

    def _busy(self, _: Entry) -> None:
        self._answer(503, {})

    def _later(self, _: Entry) -> None:
        self._answer(429, {}, {"Retry-After": "1"})

    def _refuse(self, _: Entry) -> None:
        self._answer(400, {"code": "refused"})

    def _hang(self, entry: Entry) -> None:
        self.server.books.take_over(entry)
        self._sleep(HANGS)
        self._answer(202, {"id": reference(entry.key)})

    def _late(self, entry: Entry) -> None:
        self._sleep(LATE)
        self._take(entry)

    def _vanish(self, _: Entry) -> None:
        self._sleep(HANGS)

    def _sleep(self, times: float) -> None:
        time.sleep(times * self.server.books.settings.send_timeout)

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        with suppress(OSError):  # nobody waits for it any more
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """The book is enough."""


def serve(settings: ProviderSettings, told: Connection) -> None:
    """Be the provider, until the storm is over."""
    be_leashed()
    with Server(Books(settings)) as server:
        told.send(server.server_address[1])
        server.serve_forever()


@frozen
class ProviderClient:
    """What a storm asks its provider, beside what its workers do.

    Attributes:
        port: on loopback.
    """

    port: int

    def calm_down(self) -> None:
        """Stop the faults."""
        self._ask("POST", "/calm")

    def counts(self) -> dict[str, int]:
        """How many requests it got, and how many it took over."""
        found: dict[str, int] = self._ask("GET", "/counts")
        return found

    def calls(self) -> list[dict[str, Any]]:
        """The calls that it makes now: `headers` and `body`."""
        found: list[dict[str, Any]] = self._ask("GET", "/calls")
        return found

    def _ask(self, method: str, path: str) -> Any:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                connection.request(method, path, b"{}" if method == "POST" else None)
                return json.loads(connection.getresponse().read())
            except (TimeoutError, http.client.HTTPException, ConnectionError):
                continue  # closed before it was read
            finally:
                connection.close()
