from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from planonly.dunning import Dunning, RefusedError
from regua import Contact, EventConflict, Money, events, load_policy

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
HERE = Path(__file__).parent
EVERY_HALF_HOUR = timedelta(minutes=30)


def at(text: str) -> datetime:
    """Read a wall time of São Paulo."""
    return datetime.fromisoformat(text).replace(tzinfo=SAO_PAULO)


class Provider:
    """What the program sends, and when; it has no SMS contract, and can fall over after sending."""

    def __init__(self) -> None:
        self.now = at("2026-04-01 08:00")
        self.sent: list[str] = []
        self.falls_over = False

    def __call__(self, contact: Contact) -> str:
        """Send one message."""
        if contact.channel == "sms":
            raise RefusedError("no-contract")
        tone = contact.tone.word if contact.tone is not None else "-"
        amounts = " ".join(str(item.amount) for item in contact.items)
        self.sent.append(f"{self.now:%m-%d %H:%M} {contact.channel} {contact.template} {tone} {amounts}")
        if self.falls_over:
            raise KeyboardInterrupt
        return f"ref-{len(self.sent)}"


def facts_of_ana() -> Iterator[events.Event]:
    """An invoice of R$ 150,00, due on Saturday 2026-04-18, of a debtor with e-mail and telephone."""
    known: dict[str, Any] = {
        "creditor": "contas",
        "debtor": "ana",
        "at": at("2026-04-01 08:00"),
        "recorded_at": at("2026-04-01 08:00"),
    }
    yield events.DebtorRegistered(id="1", state="SP", person="person-1", **known)
    for number, channel in enumerate(("email", "sms")):
        yield events.ContactPointAdded(
            id=f"2-{number}", point=channel, channels=(channel,), ref=f"point-{number}", **known
        )
        yield events.ConsentGranted(id=f"3-{number}", channel=channel, source="contract", **known)
    yield events.InvoiceIssued(id="4", receivable="nf-1", amount=Money.of("150.00"), due=date(2026, 4, 18), **known)


def payment(text: str) -> events.PaymentSettled:
    """All of it, on that wall time."""
    return events.PaymentSettled(
        id="5",
        creditor="contas",
        debtor="ana",
        at=at(text),
        recorded_at=at(text),
        payment="pix-1",
        amount=Money.of("150.00"),
        receivables=("nf-1",),
    )


@pytest.fixture
def provider() -> Provider:
    """Where messages go in one test."""
    return Provider()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The program's only file."""
    return tmp_path / "contas.sqlite3"


@pytest.fixture
def dunning(path: Path, provider: Provider) -> Iterator[Dunning]:
    """The program, knowing Ana and her invoice."""
    program = Dunning(path, load_policy(HERE / "policy.toml"), provider)
    program.record(*facts_of_ana())
    yield program
    program.close()


def live(dunning: Dunning, provider: Provider, until: str) -> None:
    """Call the cron job every half hour."""
    while provider.now < at(until):
        dunning.tick(provider.now)
        provider.now += EVERY_HALF_HOUR


def test_from_issue_to_payment(dunning: Dunning, provider: Provider) -> None:
    """Each step is sent once, on its day, by the channel that works, and nothing after the payment but thanks.

    The due date is a Saturday and Tuesday 21 a holiday: the steps count from Monday 20, and clearing ends with
    Wednesday 22.
    """
    live(dunning, provider, "2026-04-29 14:00")
    dunning.record(payment("2026-04-29 14:00"))
    live(dunning, provider, "2026-06-01 00:00")
    assert provider.sent == [
        "04-15 09:00 email lembrete reminder 150.00 BRL",
        "04-20 09:00 email vencimento reminder 150.00 BRL",
        "04-23 10:30 email atraso courteous 150.00 BRL",
        "04-28 10:00 email segundo-aviso formal 150.00 BRL",
        "04-30 10:00 email obrigado courteous 0.00 BRL",
    ]
    assert dunning.unfinished() == []


def test_two_invoices_of_one_day_are_one_message(dunning: Dunning, provider: Provider) -> None:
    """By every channel that is tried; the older one is told of as long as it is owed."""
    issued = at("2026-04-01 08:00")
    dunning.record(
        events.InvoiceIssued(
            id="7",
            creditor="contas",
            debtor="ana",
            at=issued,
            recorded_at=issued,
            receivable="nf-2",
            amount=Money.of("80.00"),
            due=date(2026, 4, 18),
        )
    )
    live(dunning, provider, "2026-04-24 00:00")
    assert provider.sent == [
        "04-15 09:00 email lembrete reminder 150.00 BRL 80.00 BRL",
        "04-20 09:00 email vencimento reminder 150.00 BRL 80.00 BRL",
        "04-23 10:30 email atraso courteous 150.00 BRL 80.00 BRL",
    ]
    assert dunning.unfinished() == []


def test_the_program_stops_and_starts(dunning: Dunning, provider: Provider, path: Path) -> None:
    """What it knew is in its file: another process goes on where this one stopped."""
    live(dunning, provider, "2026-04-21 00:00")
    dunning.close()
    again = Dunning(path, load_policy(HERE / "policy.toml"), provider)
    live(again, provider, "2026-04-24 00:00")
    again.close()
    assert [line.split()[3] for line in provider.sent] == ["lembrete", "vencimento", "atraso"]


def test_a_payment_stops_what_is_queued(dunning: Dunning, provider: Provider) -> None:
    """Who pays between the queueing and the sending gets no message."""
    live(dunning, provider, "2026-04-20 09:00")
    dunning.enqueue(at("2026-04-20 09:00"))
    dunning.record(payment("2026-04-20 09:01"))
    dunning.work(at("2026-04-20 09:02"))
    assert [line.split()[3] for line in provider.sent] == ["lembrete"]


def test_a_payment_that_is_undone_lets_the_message_go(dunning: Dunning, provider: Provider) -> None:
    """What the payment took off the queue comes back with the reversal, the same morning."""
    live(dunning, provider, "2026-04-20 09:00")
    dunning.enqueue(at("2026-04-20 09:00"))
    dunning.record(payment("2026-04-20 09:01"))
    dunning.work(at("2026-04-20 09:02"))
    undone = at("2026-04-20 09:20")
    dunning.record(
        events.PaymentReversed(
            id="6", creditor="contas", debtor="ana", at=undone, recorded_at=undone, payment="pix-1", reason="fraud"
        )
    )
    provider.now = at("2026-04-20 09:30")
    live(dunning, provider, "2026-04-21 00:00")
    assert [line.split()[3] for line in provider.sent] == ["lembrete", "vencimento"]


def test_a_crash_after_sending_sends_nothing_twice(dunning: Dunning, provider: Provider) -> None:
    """The attempt was recorded before; what came of it is for a person to say."""
    provider.falls_over = True
    with pytest.raises(KeyboardInterrupt):
        live(dunning, provider, "2026-04-16 00:00")
    provider.falls_over = False
    live(dunning, provider, "2026-04-19 00:00")
    assert [line.split()[3] for line in provider.sent] == ["lembrete"]
    assert len(dunning.unfinished()) == 1


def test_a_conflict_stores_nothing(dunning: Dunning, provider: Provider) -> None:
    """The same payment with another amount is refused, and the first one stands."""
    dunning.record(payment("2026-04-02 10:00"))
    dunning.record(payment("2026-04-02 10:00"))
    with pytest.raises(EventConflict):
        dunning.record(payment("2026-04-02 11:00"))
    live(dunning, provider, "2026-04-30 00:00")
    assert [line.split()[3] for line in provider.sent] == ["obrigado"]
