"""Whom a storm blows over: debtors with one to three receivables that are due on one morning, and their regua.toml."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from attrs import frozen
from tests.storms.fates import random_of

from regua import Engine, Money, events
from regua.core.dates import to_instant

CREDITOR = "loja"
CHANNELS = ("email", "sms")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ISSUED = to_instant(datetime(2026, 4, 1, 10, tzinfo=SAO_PAULO))
MORNING = to_instant(datetime(2026, 4, 23, 10, tzinfo=SAO_PAULO))
"""A Thursday: the steps below are due."""
EVENING = to_instant(datetime(2026, 4, 23, 19, 30, tzinfo=SAO_PAULO))
OVERDUE, COMING = date(2026, 4, 18), date(2026, 4, 28)
"""A Saturday two business days before that morning but for a holiday; and five days after it."""
AMOUNT = Money.of("150.00")
ATTEMPTS = 8
"""How often a channel is tried."""
AT_ONCE = 50
"""Debtors that are recorded in one transaction."""

POLICY = """\
format = 1

[policy]
id = "loja"
version = {version}
timezone = "America/Sao_Paulo"
calendar = "br-bancario"

[[step]]
id = "lembrete"
at = "D-5 {lembrete}"
tone = "reminder"
channels = ["email", "sms"]
template = "lembrete"

[[step]]
id = "atraso"
at = "D+2bd 10:00"
tone = "courteous"
channels = ["email", "sms"]
template = "atraso"
"""
HOURS = ("10:00", "11:00")
"""The policy's versions differ in an hour; receivables keep the version under which they were issued."""
REGUA_TOML = """\
format = 1

[store]
url = "{url}"

[creditor.loja]
name = "Loja da Ana"
document = "11.222.333/0001-81"
address = "Rua das Flores, 10, São Paulo"
policies = ["loja-{version}.toml"]
"""
CHANNEL = """
[channel.{name}]
use = "storm"
port = {port}
mode = "{mode}"
secret = "{secret}"
send_timeout = {send_timeout}
key_ttl = {key_ttl}
query_lag = {query_lag}
attempts = {attempts}
pause = "1s"
longest_pause = "4s"
"""


@frozen(kw_only=True)
class Debtor:
    """One debtor.

    Attributes:
        id: its id.
        receivables: ids, each with its due date.
    """

    id: str
    receivables: tuple[tuple[str, date], ...]


def population(seed: int, actions: int) -> list[Debtor]:
    """Make debtors with so many receivables, each of which asks for one message that morning."""
    random, found, left = random_of(seed, "population"), list[Debtor](), actions
    while left:
        number = min(left, random.choice([1, 1, 1, 2, 3]))
        name = f"d{len(found):05}"
        due = random.choice([OVERDUE, OVERDUE, COMING])
        found.append(Debtor(id=name, receivables=tuple((f"{name}-{each}", due) for each in range(number))))
        left -= number
    return found


def write_config(folder: Path, url: str, **channel: Any) -> None:
    """Write the files of an engine, `regua-1.toml` and `regua-2.toml` with a newer policy."""
    sections = "".join(CHANNEL.format(name=name, attempts=ATTEMPTS, **channel) for name in CHANNELS)
    for version, hour in enumerate(HOURS, 1):
        (folder / f"loja-{version}.toml").write_text(POLICY.format(version=version, lembrete=hour), encoding="utf-8")
        config = REGUA_TOML.format(url=url, version=version) + sections
        (folder / f"regua-{version}.toml").write_text(config, encoding="utf-8")


def record_all(engine: Engine, debtors: Sequence[Debtor]) -> list[str]:
    """Record who they are and what they owe; ids of the events."""
    creditor, acknowledged = engine.creditor(), list[str]()
    for start in range(0, len(debtors), AT_ONCE):
        some = debtors[start : start + AT_ONCE]
        acknowledged += [fact.id for fact in creditor.record(*(fact for each in some for fact in _facts(each)))]
        for each in some:
            addresses = {"email": f"{each.id}@email.invalid", "sms": f"+55119{int(each.id[1:]):08}"}
            creditor.keep(each.id, {f"{each.id}-{name}": {"address": at} for name, at in addresses.items()})
    return acknowledged


def _facts(debtor: Debtor) -> Iterator[Any]:
    head = {"creditor": CREDITOR, "debtor": debtor.id, "at": ISSUED, "recorded_at": ISSUED}
    yield events.DebtorRegistered(id=f"{debtor.id}/registered", person=f"{debtor.id}-person", state="SP", **head)
    for channel in CHANNELS:
        reference = f"{debtor.id}-{channel}"
        yield events.ContactPointAdded(
            id=f"{debtor.id}/{channel}", point=channel, channels=(channel,), ref=reference, **head
        )
        yield events.ConsentGranted(id=f"{debtor.id}/{channel}/consent", channel=channel, **head)
    for receivable, due in debtor.receivables:
        yield events.InvoiceIssued(id=f"{receivable}/issued", receivable=receivable, amount=AMOUNT, due=due, **head)


def payment_of(debtor: str, receivable: str, now: int) -> events.PaymentSettled:
    """The debtor pays one of them."""
    return events.PaymentSettled(
        id=f"{receivable}/paid",
        creditor=CREDITOR,
        debtor=debtor,
        at=now,
        recorded_at=now,
        payment=f"{receivable}/pix",
        amount=AMOUNT,
        receivables=(receivable,),
    )


def start_of_day() -> int:
    """Just before the morning's steps are due."""
    return MORNING - timedelta(seconds=1) // timedelta(microseconds=1)
