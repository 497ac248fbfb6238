"""The book of a provider: what it truly received and did, and what it remembers."""

import json
import os
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from attrs import asdict, define, evolve, field, frozen
from tests.storms.clock import wall_us
from tests.storms.fates import ProviderSettings, random_of


@frozen(kw_only=True)
class Entry:
    """One line of the provider's book.

    Attributes:
        what: `asked`: a request was read; `taken`: it was taken over; `again`: it was known by its key, and nothing
            was done.
        us: when, by the machine's clock.
        key: of the request.
        number: how many requests with that key there were.
        fate: of the request.
        body: `channel`, `debtor`, `actions` and `attempt`.
    """

    what: str
    us: int
    key: str
    number: int
    fate: str
    body: dict[str, Any]

    @property
    def actions(self) -> tuple[str, ...]:
        """Ids of what the request carried."""
        return tuple(self.body["actions"])


ASKED = b'{"what": "asked"'


def read_book(path: Path) -> list[Entry]:
    """Read what a provider wrote down."""
    return [Entry(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


@define
class Progress:
    """How many requests a book tells of, as it grows.

    Attributes:
        path: of the book.
        requests: how many.
    """

    path: Path
    requests: int = 0
    _read: int = 0

    def look(self) -> int:
        """Read on."""
        with self.path.open("rb") as file:
            file.seek(self._read)
            more = file.read()
        self._read += len(more)
        self.requests += more.count(ASKED)
        return self.requests


@define
class Books:
    """What a provider knows.

    Attributes:
        settings: its.
        is_calm: whether it does nothing but its work.
        connections: how many there were.
        numbers: how many requests there were with each key.
        taken: when each key was first taken over, by the monotonic clock.
        calls: what it still has to tell its clients: when, and the reports.
    """

    settings: ProviderSettings
    is_calm: bool = False
    connections: int = 0
    numbers: Counter[str] = field(factory=Counter)
    taken: dict[str, float] = field(factory=dict)
    calls: list[tuple[float, list[dict[str, str]]]] = field(factory=list)
    lock: threading.Lock = field(factory=threading.Lock)
    file: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.file = os.open(self.settings.book, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def connected(self) -> bool:
        """Whether a new connection is served."""
        with self.lock:
            self.connections += 1
            return self.is_calm or not self.settings.is_slammed(self.connections)

    def asked(self, key: str, body: dict[str, Any]) -> Entry:
        """Write a request down, and draw its fate."""
        with self.lock:
            self.numbers[key] += 1
            number = self.numbers[key]
            fate = "take" if self.is_calm else self.settings.fate(key, number)
            entry = Entry(what="asked", us=wall_us(), key=key, number=number, fate=fate, body=body)
            self._write(entry)
        return entry

    def take_over(self, entry: Entry) -> None:
        """Deliver it: from here on it cannot be called back. A key that is remembered is not delivered again."""
        with self.lock:
            now, before = time.monotonic(), self.taken.get(entry.key)
            remembers = self.settings.mode == "idempotent" and before is not None
            is_known = remembers and before is not None and now < before + self.settings.key_ttl
            self._write(evolve(entry, what="again" if is_known else "taken", us=wall_us()))
            if not is_known:
                self.taken[entry.key] = now
                self._plan_calls(entry, now)

    def finds(self, key: str) -> bool:
        """Whether a question finds a key."""
        with self.lock:
            return time.monotonic() >= self.taken.get(key, float("inf")) + self.settings.lag

    def is_deaf(self, key: str) -> bool:
        """Whether a question is not answered now."""
        with self.lock:
            self.numbers[f"find {key}"] += 1
            number = self.numbers[f"find {key}"]
        return not self.is_calm and random_of(self.settings.seed, "find", key, number).random() < 0.1

    def ready_calls(self) -> list[list[dict[str, str]]]:
        """Take the calls whose time has come, the latest first."""
        with self.lock:
            now = time.monotonic()
            ready = [call for call in self.calls if call[0] <= now or self.is_calm]
            self.calls = [call for call in self.calls if call not in ready]
        return [reports for _, reports in reversed(ready)]

    def close(self) -> None:
        """Close the book."""
        os.close(self.file)

    def _plan_calls(self, entry: Entry, now: float) -> None:
        """Late, twice, and out of order."""
        random = random_of(self.settings.seed, "calls", entry.key)
        if random.random() >= self.settings.called:
            return
        for status in random.choice([["delivered"], ["accepted"], ["read", "delivered"], ["delivered", "delivered"]]):
            report = {"key": entry.key, "id": reference(entry.key), "status": status}
            self.calls.append((now + random.choice([0.0, 0.2, 2.0, 5.0]), [report]))

    def _write(self, entry: Entry) -> None:
        os.write(self.file, f"{json.dumps(asdict(entry))}\n".encode())
        os.fdatasync(self.file)


def reference(key: str) -> str:
    """The provider's own id of what it took over under a key."""
    return f"ref-{key}"
