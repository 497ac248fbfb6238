"""The reference of messages: what they may name, and their limits."""

from tests.docs.reference.docstrings import sentence, table

from regua.messages import FILTERS, LOOP_FIELDS
from regua.messages.declared import DECLARED, ITEM, LONGEST_HTML, LONGEST_SUBJECT, LONGEST_TEXT, MOST_ITEMS, Variable
from regua.messages.folder import LARGEST, MOST_FILES
from regua.messages.page import SLOTS

_KINDS = {"text": "text", "number": "whole number", "flag": "yes or no", "items": "list"}


def variables() -> str:
    """The variables, then the parts of an item and of a loop, and the filters."""
    names = {f"item.{name}": variable for name, variable in ITEM.items()}
    return "\n".join(
        [
            _table(DECLARED),
            "Inside `for item in items`, each item has:\n",
            _table(names),
            "and the loop knows:\n",
            table(("name", "meaning"), [(f"`loop.{name}`", sentence(text)) for name, text in LOOP_FIELDS.items()]),
            "A filter stands behind a text, as in `debtor_name|title`:\n",
            table(("filter", "gives"), [(f"`{name}`", sentence(text)) for name, text in FILTERS.items()]),
        ]
    )


def slots() -> str:
    """What the page takes beside blocks."""
    return table(("block", "is"), [(f"`{name}`", sentence(text)) for name, text in SLOTS.items()])


def limits() -> str:
    """Every limit, with what happens beyond it."""
    rows = [
        ("Bytes of a file", f"{LARGEST:,}", "Refused when it is loaded."),
        ("Files in one language of a folder", f"{MOST_FILES:,}", "Refused when they are loaded."),
        ("Characters that the text can reach", f"{LONGEST_TEXT:,}", "Refused when it is loaded."),
        ("Characters that its HTML can reach", f"{LONGEST_HTML:,}", "Refused when it is loaded."),
        ("Characters of a subject", f"{LONGEST_SUBJECT}", "Cut, with an ellipsis."),
        ("Characters of a value", "the table above", "Cut, with an ellipsis."),
        ("Items", f"{MOST_ITEMS}", "Those with the latest due dates are left out and counted in `omitted`."),
    ]
    return table(("limit", "is", "beyond it"), rows)


def _table(variables: dict[str, Variable]) -> str:
    rows = [
        (f"`{name}`", _KINDS[each.kind], str(each.longest) if each.kind == "text" else "", sentence(each.meaning))
        for name, each in variables.items()
    ]
    return table(("variable", "is", "longest", "meaning"), rows)
