"""A debtor to whom much has happened, in a real SQLite file, and what others said that nobody may read."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

from regua.builtin.sqlite import SqliteStore
from regua.core.events import (
    ContactPointAdded,
    DisputeOpened,
    EventRetracted,
    InvoiceAmended,
    ListingConfirmed,
    ListingRequested,
    NoticeDelivered,
    PaymentSettled,
    StepApproved,
    StepVetoed,
)
from regua.core.money import Money
from regua.testing import Case, Invoice, Simulation

POLICY = """\
format = 1

[policy]
id = "padrao"
version = 7
calendar = "br-bancario"

[limits]
tolerance = "1.00"

[charges]
fine = "2.00%"
interest = "1.00%/month"
discount = [{ until = "D-5", value = "5.00%" }]

[[step]]
id = "lembrete"
at = "D-5 09:00"
tone = "reminder"
channels = ["email"]
template = "lembrete"

[[step]]
id = "atraso"
at = "D+2bd 10:00"
tone = "courteous"
channels = ["whatsapp", "email"]
template = "atraso"

[[step]]
id = "ligacao"
at = "D+12 10:00"
kind = "task"
queue = "cobranca"

[[step]]
id = "ultimo-aviso"
at = "D+30 10:00"
tone = "final"
channels = ["email"]
template = "ultimo-aviso"

[[step]]
id = "credito"
at = "D+45 10:00"
kind = "credit-block"
requires = { delivered = "ultimo-aviso", at_least = "10d" }
approval = "human"

[[step]]
id = "obrigado"
on = "receivable.settled"
after = "1bd 10:00"
tone = "courteous"
channels = ["email"]
template = "obrigado"

[[step]]
id = "desculpa"
on = "contact.regretted"
after = "0d 10:00"
channels = ["email"]
template = "desculpa"
"""
NAME = "Ana <script>alert(1)</script> \u202eazuoS {{7*7}}"
ADDRESS = "ana.souza@example.invalid"
THIRD = ("rep@example.invalid", "Terceira Pessoa", "palavras de terceiro", "aluno menor", "rep-telefone")
"""Personal data of others, and free texts in which it may stand."""
SECRET = (ADDRESS, "+5520987654321", "5520987654321")
"""Addresses of the debtor, which are told masked."""


@contextmanager
def lived(folder: Path) -> Iterator[Case]:
    """Three invoices: one paid and undone, one amended and listed, one disputed."""
    url = f"sqlite:///{folder / 'dunning.sqlite3'}"
    with (
        closing(SqliteStore.open(url, durable=False)) as store,
        Simulation(POLICY, start="2026-03-01", store=lambda _: store) as sim,
    ):
        sim.creditor.keep(
            "ana",
            {
                "person": {"name": NAME, "cpf": "11144477735", "mother_name": "Terceira Pessoa"},
                "email": {"address": ADDRESS},
                "phone": {"address": "+5520987654321"},
                "rep@example.invalid": {"address": "rep@example.invalid", "name": "rep-telefone"},
                "words": {"text": "palavras de terceiro"},
                "about": {"text": "mensalidade do aluno menor"},
            },
        )
        case = sim.debtor(
            "ana",
            invoices=[
                Invoice(id="nf-1", due="2026-03-14", amount="150.00"),
                Invoice(id="nf-2", due="2026-03-20", amount="1200.00", kind="services"),
                Invoice(id="nf-3", due="2026-03-30", amount="89.90"),
            ],
            state="SP",
        )
        case.record(
            ContactPointAdded, point="rep", channels=("sms",), ref="rep@example.invalid", owner="representative"
        )
        sim.advance(until=date(2026, 3, 18))
        case.record(InvoiceAmended, receivable="nf-2", rebate=Money.of("50.00"), documents=("contract",))
        case.promise(date(2026, 3, 24), "150.00")
        sim.advance(until=date(2026, 3, 30))
        case.pay("150.00", "nf-1")
        wrong = case.record(PaymentSettled, payment="of-bruno", amount=Money.of("10.00"), receivables=("nf-3",))
        case.record(EventRetracted, event=wrong.id, reason="wrong debtor")
        sim.advance(days=5)
        case.reverse("payment-1")
        case.record(DisputeOpened, dispute="d-1", receivables=("nf-3",), text="words")
        sim.advance(days=8)
        case.resolve("d-1")
        case.record(StepApproved, receivable="nf-2", step="credito", by="diretora")
        case.record(StepVetoed, receivable="nf-3", step="ultimo-aviso", by="diretora", reason="small")
        case.record(NoticeDelivered, receivable="nf-2", registrar="bureau", reference="AR-77")
        case.record(ListingRequested, receivable="nf-2", registrar="bureau", reference="P-81")
        sim.advance(days=2)
        case.record(ListingConfirmed, receivable="nf-2", registrar="bureau", reference="P-81")
        sim.advance(days=10)
        yield case


class Chain(HTMLParser):
    """Finds the entries and hashes of a page, as a stranger would who has nothing but the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {"registro": [], "hash": []}
        self._kind = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where an entry or a hash begins."""
        self._kind = (dict(attrs).get("class") or "") if tag == "pre" else ""
        if self._kind:
            self.found[self._kind].append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's shape
        """It ends."""
        self._kind = ""

    def handle_data(self, data: str) -> None:
        """Collect its text."""
        if self._kind:
            self.found[self._kind][-1] += data


def chain(page: str) -> list[tuple[str, str]]:
    """Each entry with the hash beside it."""
    parser = Chain()
    parser.feed(page)
    parser.close()
    return list(zip(parser.found["registro"], parser.found["hash"], strict=True))


def first_broken(page: str) -> int | None:
    """The number of the first entry whose hash does not follow, by the words of the page; None where all do."""
    before = "0" * 64
    for number, (text, said) in enumerate(chain(page), 1):
        before = sha256(f"{before}\n{text}".encode()).hexdigest()
        if before != said:
            return number
    return None
