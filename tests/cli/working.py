"""A shop whose reminders may go out at any hour, for tests that run against the real clock."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

POLICY = """\
format = 1

[policy]
id = "always"
calendar = "weekdays"

[plan]
max_delay = "90d"

[limits]
clearing = "0d"
windows = { weekdays = "00:00-24:00", saturday = "00:00-24:00", sunday = "00:00-24:00" }

[[step]]
id = "lembrete"
at = "D-30 00:00"
tone = "reminder"
channels = ["email"]
template = "lembrete"
"""

SETTINGS = """\
format = 1

[store]
url = "sqlite:///regua.sqlite3"

[creditor.loja]
policies = ["always.toml"]
name = "Loja Exemplo"

[channel.email]
use = "folder"
path = "outbox"
"""


def open_shop(folder: Path) -> Path:
    """Write the settings and the policy."""
    (folder / "regua.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "always.toml").write_text(POLICY, encoding="utf-8")
    return folder


def due_now(debtor: str, *, creditor: str = "loja") -> Iterator[str]:
    """The lines of a debtor who is to be reminded since two weeks ago."""
    now = datetime.now(UTC)
    issued = (now - timedelta(days=60)).isoformat()
    about = {"version": 1, "creditor": creditor, "debtor": debtor, "at": issued, "recorded_at": issued}
    point = {"point": "email", "channels": ["email"], "ref": f"{debtor}/email"}
    invoice = {"amount": {"amount": "150.00", "currency": "BRL"}, "due": f"{now + timedelta(days=15):%Y-%m-%d}"}
    for event in (
        {"type": "contact-point.added", "id": f"{debtor}-email", **about, **point},
        {"type": "consent.granted", "id": f"{debtor}-consent", **about, "channel": "email"},
        {"type": "invoice.issued", "id": f"{debtor}-issued", **about, "receivable": f"nf-{debtor}", **invoice},
    ):
        yield json.dumps(event) + "\n"


def paid(debtor: str) -> str:
    """The line of the debtor's payment."""
    now = datetime.now(UTC).isoformat()
    about = {"version": 1, "creditor": "loja", "debtor": debtor, "at": now, "recorded_at": now}
    payment = {"payment": f"pix-{debtor}", "amount": {"amount": "150.00", "currency": "BRL"}}
    event = {"type": "payment.settled", "id": f"{debtor}-paid", **about, **payment, "receivables": [f"nf-{debtor}"]}
    return json.dumps(event) + "\n"


def addresses(debtors: Iterable[str]) -> str:
    """A file of people."""
    return "".join(["debtor,ref,address\n", *(f"{each},{each}/email,{each}@example.invalid\n" for each in debtors)])


def fill(folder: Path, debtors: Iterable[str]) -> None:
    """Write what is known of debtors, to be recorded."""
    debtors = list(debtors)
    events = (line for debtor in debtors for line in due_now(debtor))
    (folder / "events.jsonl").write_text("".join(events), encoding="utf-8")
    (folder / "people.csv").write_text(addresses(debtors), encoding="utf-8")


def sent(folder: Path) -> list[Path]:
    """The messages in the outbox."""
    return sorted((folder / "outbox").glob("email-*.txt"))


def stored(folder: Path, question: str) -> list[tuple[object, ...]]:
    """What a SELECT finds in the store."""
    connection = sqlite3.connect(folder / "regua.sqlite3")
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()
