"""The texts that debtors read: files of a small, strict part of Jinja2, filled with plain values.

book = MessageBook.open("messages")
variables = contact_variables(contact, today=today, debtor=record, creditor=identity)
rendered = book.render("atraso", variables, channel="email")
"""

from regua.errors import MessageError
from regua.messages.book import MessageBook, Rendered
from regua.messages.contact import CreditorIdentity, contact_variables
from regua.messages.declared import DEFAULT_LANGUAGE, FILTERS, ITEM_FIELDS, LOOP_FIELDS, SPECIMEN, VARIABLES
from regua.messages.problems import MessageProblem

__all__ = [
    "DEFAULT_LANGUAGE",
    "FILTERS",
    "ITEM_FIELDS",
    "LOOP_FIELDS",
    "SPECIMEN",
    "VARIABLES",
    "CreditorIdentity",
    "MessageBook",
    "MessageError",
    "MessageProblem",
    "Rendered",
    "contact_variables",
]
