"""A creditor that does not say who it is writes to nobody (CDC art. 42-A)."""

import pytest

import regua
from regua import Engine
from regua.builtin.memory import MemoryStore
from regua.engine import CreditorSettings
from regua.errors import SettingsError

WHOLE = {"name": "Loja da Ana", "document": "11.222.333/0001-81", "address": "Rua das Flores, 10"}
REMINDER = """\
format = 1
policy.id = "loja"
legal.packs = ["br-consumer"]

[[step]]
id = "lembrete"
at = "D-3 10:00"
tone = "reminder"
channels = ["email"]
template = "lembrete"
"""
"""A policy that asks for nothing overdue."""


def opened(**identity: str) -> Engine:
    """An engine whose creditor says so much of itself."""
    return Engine.open(
        store=MemoryStore(), creditors={"loja": CreditorSettings(policies=(regua.load_policy(REMINDER),), **identity)}
    )


@pytest.mark.law("cdc.42a")
@pytest.mark.parametrize("part", WHOLE)
def test_a_creditor_without_name_document_or_address_is_refused(part: str) -> None:
    """Before anything is sent; a reminder is a document of collection, too."""
    with pytest.raises(SettingsError, match=part):
        opened(**{name: text for name, text in WHOLE.items() if name != part})


def test_a_creditor_that_says_all_three_is_taken() -> None:
    """And closes well."""
    with opened(**WHOLE) as engine:
        assert list(engine.creditor().debtors()) == []
