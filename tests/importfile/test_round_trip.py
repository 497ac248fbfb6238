"""Known events written as a billing system would, in any format, come back as they were."""

import csv
import io
import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from regua.core.dates import EARLIEST, LATEST
from regua.core.events import InvoiceIssued, PaymentSettled
from regua.core.money import Money
from regua.importfile import parse_map, read_rows

ZONE = "America/Sao_Paulo"
DATES = {
    "YYYY-MM-DD": lambda day: day.isoformat(),
    "M/D/YYYY": lambda day: f"{day.month}/{day.day}/{day.year}",
    "DD/MM/YYYY": lambda day: f"{day.day:02}/{day.month:02}/{day.year}",
    "D.M.YYYY": lambda day: f"{day.day}.{day.month}.{day.year}",
    "YYYYMMDD": lambda day: f"{day.year}{day.month:02}{day.day:02}",
}
MAP = """
format = 1
[file]
format = {format}
encoding = {encoding}
delimiter = {delimiter}
[values]
timezone = "America/Sao_Paulo"
clock = "08:00"
date = {dates}
decimal = {decimal}
thousands = {thousands}
[defaults]
creditor = "loja"
debtor = "{{cliente}}"
recorded_at = "{{visto}}"
[columns.visto]
date = "instant"
[[event]]
type = "invoice.issued"
id = "nf-{{nota}}"
at = "{{emissao}}"
receivable = "{{nota}}"
amount = "{{valor}}"
due = "{{vencimento}}"
description = "{{obs}}"
[[event]]
type = "payment.settled"
when = {{ column = "pago", filled = true }}
id = "pg-{{nota}}"
at = {{ date = "{{pago}}", clock = "12:30" }}
payment = "{{nota}}"
amount = "{{valor}}"
receivables = ["{{nota}}"]
"""


@frozen
class Form:
    """A way of writing a file."""

    format: str
    encoding: str
    delimiter: str
    end: str
    quoting: int
    dates: str
    decimal: str
    thousands: str

    def amount(self, money: Money) -> str:
        """Write an amount."""
        whole, fraction = f"{money.amount:,.2f}".split(".")
        return whole.replace(",", self.thousands) + self.decimal + fraction

    def write(self, rows: list[dict[str, str]]) -> bytes:
        """Write a file."""
        if self.format == "jsonl":
            return "".join(json.dumps(row, ensure_ascii=False) + self.end for row in rows).encode(self.encoding)
        text = io.StringIO()
        # Before Python 3.13 a line feed inside a cell is not quoted where lines end in a carriage return alone.
        quoting = csv.QUOTE_ALL if self.end == "\r" else self.quoting
        writer = csv.DictWriter(text, COLUMNS, delimiter=self.delimiter, lineterminator=self.end, quoting=quoting)
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue().encode(self.encoding)


COLUMNS = ("cliente", "nota", "emissao", "valor", "vencimento", "pago", "visto", "obs")
DAYS = st.dates(EARLIEST, LATEST)
ENCODINGS = ("utf-8", "cp1252", "iso-8859-1")
MARKS = st.sampled_from([(".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (".", "'")])


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """Any way of writing a file."""
    decimal, thousands = draw(MARKS)
    return Form(
        format=draw(st.sampled_from(["csv", "jsonl"])),
        encoding=draw(st.sampled_from(ENCODINGS)),
        delimiter=draw(st.sampled_from(",;\t|")),
        end=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        dates=draw(st.sampled_from(sorted(DATES))),
        decimal=decimal,
        thousands=thousands,
    )


def names(encoding: str) -> st.SearchStrategy[str]:
    """Identifiers that an encoding can write."""
    alphabet = st.characters(codec=encoding, exclude_categories=["C", "Z"], include_characters=" ;,\"'|")
    return st.text(alphabet, min_size=1, max_size=12).filter(lambda name: name == name.strip())


def texts(encoding: str) -> st.SearchStrategy[str]:
    """Free text over several lines."""
    alphabet = st.characters(codec=encoding, exclude_categories=["C"], include_characters=' ;,"\n')
    return st.text(alphabet, max_size=20).map(lambda text: text.strip(" \t\xa0"))


@frozen
class Bill:
    """One row."""

    debtor: str
    number: str
    issued: date
    amount: Money
    due: date
    paid: date | None
    seen: datetime
    text: str

    def cells(self, form: Form) -> dict[str, str]:
        """Write it."""
        dates = DATES[form.dates]
        return dict(
            zip(
                COLUMNS,
                (
                    self.debtor,
                    self.number,
                    dates(self.issued),
                    form.amount(self.amount),
                    dates(self.due),
                    dates(self.paid) if self.paid else "",
                    self.seen.isoformat(),
                    self.text,
                ),
                strict=True,
            )
        )

    def events(self) -> list[object]:
        """Say it in events."""
        common: dict[str, Any] = {"creditor": "loja", "debtor": self.debtor, "recorded_at": self.seen}
        issued = datetime.combine(self.issued, time(8), ZoneInfo(ZONE))
        invoice = InvoiceIssued(
            id=f"nf-{self.number}",
            at=issued,
            receivable=self.number,
            amount=self.amount,
            due=self.due,
            description=self.text,
            **common,
        )
        if not self.paid:
            return [invoice]
        paid = datetime.combine(self.paid, time(12, 30), ZoneInfo(ZONE))
        receivables = (self.number,)
        pay = PaymentSettled(
            id=f"pg-{self.number}", at=paid, payment=self.number, amount=self.amount, receivables=receivables, **common
        )
        return [invoice, pay]


def bills(encoding: str) -> st.SearchStrategy[Bill]:
    """Any bill that an encoding can write."""
    seen = st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
    return st.builds(
        Bill,
        debtor=names(encoding),
        number=names(encoding),
        issued=DAYS,
        amount=st.builds(Money, st.integers(1, 10**14)),
        due=DAYS,
        paid=st.none() | DAYS,
        seen=seen.map(lambda moment: moment.astimezone(ZoneInfo("Etc/GMT+3")) + timedelta(0)),
        text=texts(encoding),
    )


BILLS = {encoding: bills(encoding) for encoding in ENCODINGS}


@given(data=st.data(), form=forms())
def test_what_was_written_comes_back(data: st.DataObject, form: Form):
    """Every format, encoding, delimiter, line end, date and amount gives the same events."""
    written = data.draw(st.lists(BILLS[form.encoding], max_size=5, unique_by=lambda bill: bill.number))
    content = form.write([bill.cells(form) for bill in written])
    quoted = {name: json.dumps(getattr(form, name)) for name in ("format", "encoding", "delimiter", "dates")}
    quoted |= {"decimal": json.dumps(form.decimal), "thousands": json.dumps(form.thousands)}
    mapping = parse_map(MAP.format(**quoted))
    assert list(read_rows(io.BytesIO(content), mapping)) == [event for bill in written for event in bill.events()]
