"""Invoices of four columns, and a function that imports them."""

import io
from collections.abc import Callable

import pytest

from regua.core.events.base import Event
from regua.importfile import BadRow, parse_map, read_rows

INVOICES = """
format = 1
[file]
{file}
[values]
timezone = "{zone}"
{clock}
date = "DD/MM/YYYY"
{values}
{columns}
[defaults]
creditor = "loja"
debtor = "{{cliente}}"
recorded_at = "at"
[[event]]
type = "invoice.issued"
id = "nf-{{nota}}"
at = "{{emissao}}"
receivable = "{{nota}}"
amount = "{{valor}}"
due = "{{vencimento}}"
{more}
"""

Import = Callable[..., list[Event | BadRow]]


@pytest.fixture
def import_invoices() -> Import:
    """Import rows with the columns cliente, nota, emissao, valor, vencimento."""

    def run(
        data: str | bytes,
        *,
        file: str = "",
        values: str = "",
        columns: str = "",
        more: str = "",
        clock: str = 'clock = "08:00"',
        zone: str = "America/Sao_Paulo",
    ) -> list[Event | BadRow]:
        text = INVOICES.format(file=file, values=values, columns=columns, more=more, clock=clock, zone=zone)
        mapping = parse_map(text, name="notas.map.toml")
        return list(read_rows(io.BytesIO(data.encode() if isinstance(data, str) else data), mapping))

    return run


@pytest.fixture
def import_rows(import_invoices: Import) -> Import:
    """As `import_invoices`, with the header in front."""

    def run(*rows: str, **parts: str) -> list[Event | BadRow]:
        return import_invoices("\n".join(["cliente,nota,emissao,valor,vencimento", *rows]) + "\n", **parts)

    return run
