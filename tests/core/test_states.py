"""Codes of states: what is none is refused, or no rule of the state would bind."""

import pytest
from tests.core.shop import said

from regua.core import events as ev
from regua.errors import EventError


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("Rio de Janeiro", "write RJ"),
        ("BR-RJ", "write RJ"),
        (" sp ", "write SP"),
        ("são paulo", "write SP"),
        ("Maranhao", "write MA"),
        ("Espirto Santo", "write ES"),
        ("XX", "write its code of two capitals"),
    ],
)
def test_what_is_no_code_of_a_state_is_refused(written: str, near: str):
    """Of an address and of an area code; the nearest one is named and never taken by itself."""
    with pytest.raises(EventError, match=f"is no state of Brazil; {near}"):
        said(ev.DebtorRegistered, "quem", "2026-01-05", state=written)
    with pytest.raises(EventError, match=f"is no state of Brazil; {near}"):
        said(ev.ContactPointAdded, "fone", "2026-01-05", point="fone", channels=("sms",), state=written)


def test_states_of_other_countries_are_their_own():
    """Regua knows no codes of theirs."""
    found = said(ev.DebtorRegistered, "quem", "2026-01-05", country="PT", state="Lisboa")
    assert found.state == "Lisboa"
