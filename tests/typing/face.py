"""A program that takes everything from the face; mypy checks it, nothing runs it.

The lines that must not type-check say so: an unused `type: ignore` is an error.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import assert_type

import regua
from regua import events
from regua.ports import Channel, Message, Receipt

NOW = datetime(2026, 4, 20, 12, tzinfo=UTC)


def read(path: Path) -> regua.Policy:
    """Policies are read, or all their problems are."""
    problems = regua.check_policy(path)
    assert_type(problems, list[regua.Diagnostic])
    try:
        return regua.load_policy(path)
    except regua.PolicyError as error:
        raise SystemExit(str(error)) from error


def facts() -> Iterator[regua.Event]:
    """Events are built with keywords, aware instants, civil dates and exact money."""
    yield events.InvoiceIssued(
        id="1",
        creditor="loja",
        debtor="ana",
        at=NOW,
        recorded_at=NOW,
        receivable="nf-1",
        amount=regua.Money.of(Decimal("150.00")),
        due=date(2026, 4, 18),
    )
    yield events.DebtorDeceased(id="2", creditor="loja", debtor="ana", at=NOW)  # type: ignore[call-arg]
    yield events.PromiseMade("3", "loja", "ana", NOW, NOW)  # type: ignore[call-arg]


def money() -> None:
    """No float is money."""
    assert_type(regua.Money.of("0.10") + regua.Money(1), regua.Money)
    regua.Money.of(0.1)  # type: ignore[arg-type]


def use(policy: regua.Policy, calendar: regua.Calendar) -> Iterator[regua.Action]:
    """From facts to actions."""
    account = regua.fold(facts())
    assert_type(account, regua.Account)
    assert_type(regua.fold([], regua.EMPTY, known_at=NOW), regua.Account)
    schedule = regua.plan([policy], account, as_of=NOW, calendar=calendar, until=NOW)
    assert_type(schedule, regua.Schedule)
    for action in schedule.due:
        assert_type(action.reason, regua.Reason)
        assert_type(action.tone, regua.Tone | None)
        yield action
    list(schedule)  # type: ignore[call-overload]
    regua.plan(policy, account, as_of=date(2026, 4, 20), calendar=calendar)  # type: ignore[arg-type]


def portfolio(policy: regua.Policy, accounts: Iterable[regua.Account]) -> int:
    """Many debtors, one at a time in memory."""
    schedules = regua.plan_many(policy, accounts, as_of=NOW, calendar=regua.WeekdayCalendar())
    assert_type(schedules, Iterator[regua.Schedule])
    return sum(len(schedule.due) for schedule in schedules)


def brazil() -> regua.Calendar:
    """What ships is what the port asks for."""
    assert regua.BrazilianBankCalendar().is_business_day(date(2026, 4, 20), regua.Place(state="SP"))
    return regua.BrazilianBankCalendar()


@regua.channel("meu-zap")
def meu_zap(message: Message) -> Receipt:
    """One function is a channel."""
    return Receipt(reference=message.key)


def embed() -> None:
    """The engine's own words."""
    channel: Channel = meu_zap
    with regua.Engine.open("regua.toml", plugins=[channel]) as engine:
        loja = engine.creditor("loja")
        loja.record(*facts())
        assert_type(loja.schedule("ana"), regua.Schedule)
        assert_type(engine.run_due(limit=10).sent, int)
        loja.record("not an event")  # type: ignore[arg-type]


def explain(schedule: regua.Schedule) -> None:
    """Errors have one root, and the version is text."""
    print(regua.explain(schedule), regua.__version__)  # noqa: T201
    assert issubclass(regua.EventConflict, regua.ReguaError)
