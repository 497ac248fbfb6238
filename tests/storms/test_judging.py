"""The judge finds what may not be: each thing that is changed in the books of a good day is a fault."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from attrs import evolve
from tests.storms.book import Entry
from tests.storms.judging import Known, Verdict, judge
from tests.storms.population import CREDITOR, MORNING, POLICY, Debtor, payment_of, population, record_all

from regua import Engine
from regua.builtin.memory import MemoryStore
from regua.engine import CreditorSettings
from regua.ports import Capabilities, Message, NoConfig, Receipt, Unknown

DEBTORS: list[Debtor] = population(3, 12)


class Diligent:
    """A channel that keeps the provider's book by itself."""

    name = "diligent"
    Config = NoConfig
    capabilities = Capabilities()

    def __init__(self) -> None:
        self.book: list[Entry] = []

    def send(self, message: Message) -> Receipt:
        """Take it over; of one debtor it never says so."""
        body = {"debtor": message.debtor, "actions": [*message.actions], "attempt": message.attempt}
        asked = Entry(what="asked", us=0, key=message.key, number=1, fate="take", body=body)
        if message.debtor == DEBTORS[0].id:
            self.book.append(evolve(asked, fate="vanish"))
            raise Unknown("no answer")
        self.book += [asked, evolve(asked, what="taken")]
        return Receipt()

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture(scope="module")
def day() -> tuple[MemoryStore, Known]:
    """A store after a day on which everything went as it may; the last debtor had paid."""
    store, channel, now = MemoryStore(), Diligent(), [MORNING - 86_400 * 10**6]
    identity = {"name": "Loja da Ana", "document": "11.222.333/0001-81", "address": "Rua das Flores, 10, São Paulo"}
    settings = CreditorSettings(policies=(POLICY.format(version=1, lembrete="10:00"),), **identity)
    channels = {"email": channel, "sms": channel}
    with Engine.open(store=store, creditors={CREDITOR: settings}, channels=channels, now=lambda: now[0]) as engine:
        acknowledged = record_all(engine, DEBTORS)
        for receivable, _ in DEBTORS[-1].receivables:
            engine.creditor().record(payment_of(DEBTORS[-1].id, receivable, now[0]))
        now[0] = MORNING
        engine.run_due()
    return store, Known(debtors=DEBTORS, book=channel.book, acknowledged=acknowledged, paid={})


def test_a_good_day_has_no_faults(day: tuple[MemoryStore, Known]):
    """One of the unknown is none that the provider took over."""
    found = judge(*day)
    assert found.faults == []
    first = len(DEBTORS[0].receivables)
    assert (found.states["unknown"], found.unknown_taken) == (first, 0)
    assert found.states["sent"] == sum(len(each.receivables) for each in DEBTORS[1:-1])
    assert found.unknowns == {"no answer; the provider: vanish": first}


def again(book: Sequence[Entry]) -> list[Entry]:
    """The last is taken over twice."""
    return [*book, book[-1]]


def without_last(book: Sequence[Entry]) -> list[Entry]:
    """The last was not taken over."""
    return list(book[:-1])


def unheard(book: Sequence[Entry]) -> list[Entry]:
    """One more request, of which no attempt tells."""
    return [*book, evolve(book[0], key="never-seen")]


def twice_asked(book: Sequence[Entry]) -> list[Entry]:
    """One attempt makes two requests."""
    return [*book, book[0]]


def answered(book: Sequence[Entry]) -> list[Entry]:
    """What is unknown was refused, plainly."""
    return [evolve(each, fate="refuse") if each.fate == "vanish" else each for each in book]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (again, "delivered twice"),
        (without_last, "nobody took it over"),
        (unheard, "and no attempt"),
        (twice_asked, "made 2 requests"),
        (answered, "is unknown by 'no answer'"),
    ],
)
def test_a_book_that_says_otherwise_is_a_fault(
    day: tuple[MemoryStore, Known], change: Callable[[Sequence[Entry]], list[Entry]], says: str
):
    """The provider's word counts."""
    store, known = day
    assert _says(judge(store, evolve(known, book=change(known.book))), says)


def test_what_stays_unknown_although_the_provider_can_be_asked_is_a_fault(day: tuple[MemoryStore, Known]):
    """By a channel that knows keys again, unless it was paid since."""
    store, known = day
    text = "nobody has sent it once more"
    assert _says(judge(store, evolve(known, mode="queryable")), text)
    assert _says(judge(store, evolve(known, mode="idempotent")), text)
    paid = {receivable: MORNING for receivable, _ in DEBTORS[0].receivables}
    assert not _says(judge(store, evolve(known, mode="idempotent", paid=paid)), text)


def test_what_was_acknowledged_must_be_there(day: tuple[MemoryStore, Known]):
    """An event that the store does not have was lost."""
    store, known = day
    assert _says(judge(store, evolve(known, acknowledged=["e1"])), "e1 was acknowledged and is not stored")


def test_what_was_begun_after_a_payment_came_back_is_a_fault(day: tuple[MemoryStore, Known]):
    """By the clock, also where the log has it otherwise."""
    store, known = day
    paid = {receivable: MORNING - 1 for receivable, _ in DEBTORS[1].receivables}
    found = judge(store, evolve(known, paid=paid, shift_us=0))
    assert found.after_payment == len(paid)
    assert _says(found, "was begun after")


def test_evidence_that_changed_is_a_fault(day: tuple[MemoryStore, Known]):
    """Also where only its key is another; an outcome, and a reference, may have been added."""
    store, known = day
    attempts = store.attempts(CREDITOR, DEBTORS[1].id)
    same = [evolve(each, outcome=None, receipt_us=None) for each in attempts]
    assert judge(store, evolve(known, seen={DEBTORS[1].id: same})).faults == []
    unnamed = [evolve(each, reference="") for each in attempts]
    assert judge(store, evolve(known, seen={DEBTORS[1].id: unnamed})).faults == []
    for change in ({"key": "another"}, {"reference": "another"}, {"outcome": "permanent"}):
        other = [evolve(each, **change) for each in attempts]
        assert _says(judge(store, evolve(known, seen={DEBTORS[1].id: other})), "was Attempt")


def test_what_nothing_became_of_is_lost(day: tuple[MemoryStore, Known]):
    """A receivable without an action, although nobody paid it."""
    store, known = day
    more = evolve(DEBTORS[1], receivables=(("nf-lost", datetime.now(UTC).date()),))
    found = judge(store, evolve(known, debtors=[*DEBTORS[:1], more, *DEBTORS[2:]]))
    assert found.lost == 1


def _says(found: Verdict, text: str) -> bool:
    return any(text in fault for fault in found.faults)
