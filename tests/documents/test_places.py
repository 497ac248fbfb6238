import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua.core.calendars import STATES
from regua.documents import CEPS, cep, city, state, state_of_cep, state_of_city
from regua.errors import DocumentError

CAPITALS = {
    "AC": ("69900-078", "1200401"),
    "AL": ("57020-050", "2704302"),
    "AM": ("69005-141", "1302603"),
    "AP": ("68900-073", "1600303"),
    "BA": ("40020-000", "2927408"),
    "CE": ("60030-090", "2304400"),
    "DF": ("70040-010", "5300108"),
    "ES": ("29010-120", "3205309"),
    "GO": ("74003-010", "5208707"),
    "MA": ("65010-904", "2111300"),
    "MG": ("30130-003", "3106200"),
    "MS": ("79002-942", "5002704"),
    "MT": ("78005-370", "5103403"),
    "PA": ("66015-000", "1501402"),
    "PB": ("58013-130", "2507507"),
    "PE": ("50030-230", "2611606"),
    "PI": ("64000-040", "2211001"),
    "PR": ("80020-290", "4106902"),
    "RJ": ("20031-170", "3304557"),
    "RN": ("59025-900", "2408102"),
    "RO": ("76801-084", "1100205"),
    "RR": ("69301-110", "1400100"),
    "RS": ("90010-150", "4314902"),
    "SC": ("88010-400", "4205407"),
    "SE": ("49010-020", "2800308"),
    "SP": ("01310-100", "3550308"),
    "TO": ("77001-002", "1721000"),
}


@pytest.mark.parametrize("code", CAPITALS)
def test_the_capital_lies_in_its_state(code: str):
    """By its CEP, and by its code at IBGE."""
    postal, municipality = CAPITALS[code]
    assert state_of_cep(postal) == code
    assert state_of_city(municipality) == code
    assert cep(postal, state=code) == postal.replace("-", "")
    assert city(municipality, state=code) == municipality
    assert state(code.lower()) == code


def test_the_capitals_are_of_all_states():
    """Twenty-six and the Federal District."""
    assert sorted(STATES.values()) == list(CAPITALS)
    assert {owner for _, _, owner in CEPS} == set(CAPITALS)


def test_the_ranges_of_ceps_meet_nowhere_and_leave_two_gaps():
    """Numbers below 01000, and those that Rondônia had until 2008, are of no state."""
    owners = [[owner for first, last, owner in CEPS if first <= f"{area:05}" <= last] for area in range(100_000)]
    assert max(map(len, owners)) == 1
    gaps = [area for area, owner in enumerate(owners) if not owner]
    assert gaps == [*range(1000), *range(78900, 79000)]


@pytest.mark.parametrize(
    ("postal", "code"),
    [
        ("72799-999", "DF"),
        ("72800-000", "GO"),
        ("72999-999", "GO"),
        ("73000-000", "DF"),
        ("73700-000", "GO"),
        ("76799-999", "GO"),
        ("76800-000", "RO"),
        ("69299-999", "AM"),
        ("69300-000", "RR"),
        ("69400-000", "AM"),
        ("69899-999", "AM"),
        ("69900-000", "AC"),
        ("68899-999", "PA"),
        ("68900-000", "AP"),
        ("78899-999", "MT"),
        ("79000-000", "MS"),
        ("19999-999", "SP"),
        ("20000-000", "RJ"),
    ],
)
def test_the_edges_of_the_ranges(postal: str, code: str):
    """Goiás lies around the Federal District, Amazonas around Roraima."""
    assert state_of_cep(postal) == code


@pytest.mark.parametrize("written", ["01310-100", "01310100", "01.310-100"])
def test_a_cep_is_kept_as_eight_digits(written: str):
    """Bare, with its hyphen, with its point."""
    assert cep(written) == "01310100"


@pytest.mark.parametrize(
    "text", ["", "1310100", "013101000", " 01310100", "01310 100", "01310100\n", "\u06601310100", "O1310100"]
)
def test_what_is_no_cep_is_refused(text: str):
    """A spreadsheet drops the zero in front; it is not guessed back."""
    with pytest.raises(DocumentError, match="CEP: not eight digits"):
        cep(text)


@pytest.mark.parametrize("text", ["", "355030", "35503080", "355030a", "355030\uff18", "355030\n"])
def test_what_is_no_code_of_a_municipality_is_refused(text: str):
    """The short form without the seventh digit too."""
    with pytest.raises(DocumentError, match="IBGE code: not the seven digits"):
        city(text)


@pytest.mark.parametrize("text", ["", "XX", "S", "SPP", "São Paulo", "\u017fp", "SP\n", " SP"])
def test_what_is_no_state_is_refused(text: str):
    """A letter that becomes an S in upper case is none."""
    with pytest.raises(DocumentError, match="state: none of the codes"):
        state(text)


def test_an_address_lies_in_one_state():
    """A CEP or a municipality of another state than the address says is a mistake in one of the two."""
    with pytest.raises(DocumentError, match="CEP: of another state than the address"):
        cep("01310-100", state="RJ")
    with pytest.raises(DocumentError, match="IBGE code: of another state than the address"):
        city("3550308", state="RJ")


@pytest.mark.parametrize(
    ("read", "text"), [(cep, "00999-999"), (cep, "78900-000"), (city, "3650308"), (city, "0050308")]
)
def test_a_range_that_no_state_has(read, text: str):
    """Neither is guessed."""
    with pytest.raises(DocumentError, match="of no state"):
        read(text)


@given(digits=st.text("0123456789", min_size=8, max_size=8))
def test_every_cep_of_a_state_is_read(digits: str):
    """And comes back as it was."""
    try:
        assert cep(digits) == digits
    except DocumentError:
        assert digits < "01000000" or digits.startswith("789")
    else:
        assert state_of_cep(digits) in CAPITALS
