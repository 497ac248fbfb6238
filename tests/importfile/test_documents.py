import io

import pytest

from regua.core.events.base import Event
from regua.errors import MapError
from regua.importfile import BadRow, parse_map, read_rows

CUSTOMERS = """
format = 1
[values]
timezone = "America/Sao_Paulo"
clock = "08:00"
[columns.fone]
holds = "phone"
[columns.cep]
holds = "cep"
[columns.uf]
holds = "state"
[columns.ibge]
holds = "city"
[columns.doc]
holds = "document"
[defaults]
creditor = "loja"
debtor = "{cliente}"
at = "2026-01-01T00:00-03:00"
recorded_at = "at"
[[event]]
type = "debtor.registered"
id = "{cliente}-registered"
state = "{uf}"
city = "{ibge}"
[[event]]
type = "contact-point.added"
when = { column = "fone", filled = true }
id = "{cliente}-phone"
point = "phone"
channels = ["sms"]
state = { state_of = "{fone}" }
"""
GOOD = "ana,(21) 96123-4567,01310-100,sp,3550308,529.982.247-25"


def customers(*rows: str, text: str = CUSTOMERS) -> list[Event | BadRow]:
    """Import rows with the columns cliente, fone, cep, uf, ibge, doc."""
    file = io.BytesIO("\n".join(["cliente,fone,cep,uf,ibge,doc", *rows]).encode() + b"\n")
    return list(read_rows(file, parse_map(text, name="clientes.map.toml")))


def test_the_area_code_gives_the_state_of_a_contact_point():
    """A number of Rio de Janeiro, of a debtor who lives in São Paulo; the code of the state is kept in capitals."""
    registered, point = customers(GOOD)
    assert (registered.state, registered.city) == ("SP", "3550308")
    assert point.state == "RJ"


@pytest.mark.parametrize(
    ("fone", "state"),
    [("61 3333-4444", "DF"), ("42 3333-4444", "PR"), ("+351 912 345 678", "")],
)
def test_area_codes_of_two_states_and_numbers_from_abroad(fone: str, state: str):
    """The state with most of the area; none where Brazil's plan does not hold."""
    _, point = customers(f"ana,{fone},,,,")
    assert point.state == state


def test_a_cep_or_a_municipality_gives_the_state_of_the_debtor():
    """Where the file has no column for it."""
    for source in ("cep", "ibge"):
        text = CUSTOMERS.replace('state = "{uf}"', f'state = {{ state_of = "{{{source}}}" }}')
        registered, _ = customers("ana,21 96123-4567,01310-100,,3550308,", text=text)
        assert registered.state == "SP"


def test_empty_cells_are_not_checked():
    """A customer without telephone, place and document is one all the same."""
    (registered,) = customers("ana,,,,,")
    assert (registered.state, registered.city) == ("", "")


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("ana,0800 123 4567,,,,", "fone", "telephone number: a service number, which is nobody's own"),
        ("ana,,1310-100,,,", "cep", "CEP: not eight digits, with or without the hyphen; zeros in front count"),
        ("ana,,,XX,,", "uf", "state: none of the codes of the states, such as SP"),
        ("ana,,,,355030,", "ibge", "IBGE code: not the seven digits of a municipality"),
        ("ana,,,RJ,3550308,", "ibge", "IBGE code: of another state than the address"),
        ("ana,,,,,529.982.247-26", "doc", "CPF: the check digits do not belong to the others (doc.cpf)"),
        ("ana,,,,,12ABC34501DE36", "doc", "CNPJ: the check digits do not belong to the others (doc.cnpj)"),
    ],
)
def test_a_bad_row_is_told_without_the_value_and_good_rows_are_kept(row: str, column: str, reason: str):
    """Line, column and reason; what stands in the cell is a person's."""
    first, second, bad, third, fourth = customers(GOOD, row, GOOD)
    assert bad == BadRow(line=3, column=column, value="***", reason=reason)
    assert str(bad) == f"line 3, column {column!r}: '***': {reason}"
    assert [first, second] == [third, fourth]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["ana,52998224725"], "2 cells where the header has 6"),
        (['"529.982.247-25'], "a quote that opens here is not closed"),
        (["ana,,,,,52998224725\x00"], "a NUL byte"),
    ],
)
def test_no_part_of_a_row_that_holds_a_document_is_shown(rows: list[str], reason: str):
    """Where a row cannot be taken apart, nobody knows what stands where."""
    (bad,) = customers(*rows)
    assert bad.value == "***"
    assert bad.reason.startswith(reason)


def test_an_id_that_holds_a_document_is_not_shown():
    """Two rows that contradict each other are told by line and column."""
    text = CUSTOMERS.replace('id = "{cliente}-registered"', 'once = true\nid = "{cliente}-{doc}"')
    _, bad = customers("ana,,,SP,,52998224725", "ana,,,RJ,,52998224725", text=text)
    assert (bad.line, bad.column, bad.value) == (3, "doc", "***")


def test_a_column_is_checked_though_no_event_takes_it():
    """The map says what it holds; `doc` and `cep` go nowhere."""
    mapping = parse_map(CUSTOMERS)
    assert {"doc", "cep"} <= set(mapping.columns)
    with pytest.raises(MapError, match="doc"):
        list(read_rows(io.BytesIO(b"cliente,fone,cep,uf,ibge\n"), mapping))


def test_the_same_number_in_two_forms_is_the_same_fact():
    """A customer who comes once may be written in many ways."""
    text = CUSTOMERS.replace('type = "contact-point.added"', 'type = "contact-point.added"\nonce = true')
    text = text.replace('type = "debtor.registered"', 'type = "debtor.registered"\nonce = true')
    text = text.replace('point = "phone"', 'point = "{fone}"')
    events = customers("ana,(21) 96123-4567,,,,", "ana,+5521961234567,,,,", text=text)
    assert [event.type for event in events] == ["debtor.registered", "contact-point.added"]
    assert events[1].point == "+5521961234567"


def test_numbers_of_json_lines():
    """A number lost its zeros in front; text keeps them."""
    text = CUSTOMERS.replace("[values]", '[file]\nformat = "jsonl"\n[values]')
    rows = b'{"cliente":"ana","fone":null,"cep":1310100,"uf":null,"ibge":3550308,"doc":null}\n'
    (bad,) = read_rows(io.BytesIO(rows), parse_map(text))
    assert (bad.column, bad.value) == ("cep", "***")
    (good,) = read_rows(io.BytesIO(rows.replace(b"1310100", b'"01310100"')), parse_map(text))
    assert good.city == "3550308"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('holds = "cep"', 'holds = "CEP"', "columns.cep.holds: 'CEP' is not known here; did you mean 'cep'?"),
        ('holds = "cep"', 'holds = "cep"\nwords = ["x"]', "columns.cep.holds: the column has words already; write one"),
        ('{fone}" }', '{doc}" }', "state.state_of: not one column whose cells tell a state; write a column that holds"),
        ('{fone}" }', 'RJ" }', "state.state_of: not one column whose cells tell a state"),
        ("state_of =", "of =", "state.of: unknown key 'of'; known are state_of"),
    ],
)
def test_mistakes_of_the_map(old: str, new: str, problem: str):
    """Each at its key, with the remedy."""
    with pytest.raises(MapError) as caught:
        parse_map(CUSTOMERS.replace(old, new), name="clientes.map.toml")
    assert problem in str(caught.value)
