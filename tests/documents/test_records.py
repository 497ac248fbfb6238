import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua.documents import FIELDS, READERS, STATE_OF, address, record
from regua.errors import DocumentError, MissingExtra

CANARY = "ZQXJ"
TABLES = {"field": FIELDS, "reader": READERS, "state of": STATE_OF}
ALL = {f"{kind} {name}": read for kind, table in TABLES.items() for name, read in table.items()}


def refused(read, text: str) -> DocumentError | None:
    """The error of a reader, or None where it reads the text."""
    try:
        read(text)
    except DocumentError as error:
        return error
    return None


def run(program: str) -> str:
    """Give what a fresh interpreter prints."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("read", ALL.values(), ids=ALL)
@given(front=st.text(max_size=12), back=st.text(max_size=12))
def test_an_error_repeats_nothing_of_the_value(read, front: str, back: str):
    """No digit and no word of it, neither in the text, nor in an attribute, nor in an error of a library behind it."""
    error = refused(read, f"{front}{CANARY}{back}")
    if error is not None:
        told = f"{error} {error.args} {vars(error)}"
        assert CANARY not in told.upper()
        assert not any(char.isdigit() for char in told)
        assert error.__cause__ is error.__context__ is None


@pytest.mark.parametrize("read", ALL.values(), ids=ALL)
@given(digits=st.text("0123456789", max_size=16))
def test_an_error_repeats_no_digit(read, digits: str):
    """Not even how many there were."""
    assert not any(char.isdigit() for char in str(refused(read, digits) or ""))


def test_a_record_keeps_what_it_does_not_know():
    """Fields are checked by their names; a name and a note are text."""
    written = {
        "name": "Ana Souza",
        "cpf": "529.982.247-25",
        "document": "12.abc.345/01de-35",
        "phone": "(11) 96123-4567",
        "email": "Ana@Exemplo.com.br",
        "cep": "01310-100",
        "note": "529.982.247-26",
    }
    assert record(written) == {
        "name": "Ana Souza",
        "cpf": "52998224725",
        "document": "12ABC34501DE35",
        "phone": "+5511961234567",
        "email": "Ana@exemplo.com.br",
        "cep": "01310100",
        "note": "529.982.247-26",
    }


@pytest.mark.parametrize("name", sorted(FIELDS.keys() - {"address"}))
def test_a_record_with_a_field_that_cannot_be_is_refused(name: str):
    """Whole: nothing of it is kept."""
    with pytest.raises(DocumentError):
        record({"name": "Ana Souza", name: "x"})


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+55 (11) 96123-4567", "+5511961234567"),
        ("ana@Exemplo.com.br", "ana@exemplo.com.br"),
        ("@ana_souza", "@ana_souza"),
        ("123456789", "123456789"),
        ("Rua das Flores, 10, São Paulo, SP", "Rua das Flores, 10, São Paulo, SP"),
    ],
)
def test_an_address_is_read_as_what_it_shows_itself_to_be(written: str, kept: str):
    """The id of a messaging service may look like anything, also like a number without its country code."""
    assert address(written) == kept


@pytest.mark.parametrize("written", ["+55 11 9612", "+1 800 FLOWERS", "ana@exemplo", "ana@exemplo.com,bia@exemplo.com"])
def test_an_address_that_cannot_be_what_it_shows_is_refused(written: str):
    """Before anything is sent to it."""
    with pytest.raises(DocumentError):
        address(written)


def test_the_libraries_are_imported_when_they_are_needed():
    """Telephone plans of the whole world are not loaded for a file without telephones."""
    heavy = "{'phonenumbers', 'email_validator', 'validate_docbr', 'dns'}"
    program = f"import sys, regua.documents as d; d.cep('01310-100'); print(*{heavy} & set(sys.modules))"
    assert run(program) == ""


@pytest.mark.parametrize(
    ("library", "call"),
    [
        ("validate_docbr", "cpf('52998224725')"),
        ("phonenumbers", "phone('11961234567')"),
        ("email_validator", "email('ana@exemplo.com.br')"),
    ],
)
def test_a_missing_library_is_told_with_its_extra(library: str, call: str):
    """What to install stands in the error."""
    program = (
        f"import sys; sys.modules[{library!r}] = None\n"
        f"import regua.documents as d\ntry: d.{call}\nexcept d.MissingExtra as error: print(error)"
    )
    told = f"this needs {library}, which is not installed; install it: pip install 'regua[documents]'"
    assert run(program) == told
    assert MissingExtra(library, "documents").extra == "documents"
