import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.messages.reading import read_text

from regua.errors import MessageError
from regua.messages import SPECIMEN, VARIABLES, MessageBook
from regua.messages.declared import (
    DECLARED,
    ITEM,
    LARGEST_NUMBER,
    LONGEST_HTML,
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    MOST_ITEMS,
    Variable,
)
from regua.messages.problems import MessageProblem
from regua.messages.text import MessageText
from regua.messages.values import one_line, plain_values

BOOK = MessageBook.open()


def shown(name: str) -> str:
    """How a debtor's name stands in a message and in its subject."""
    read = read_text("Assunto: {{ debtor_name }}\n\n[{{ debtor_name }}]", needs_subject=True)
    assert isinstance(read, MessageText)
    subject, text = read.fill(plain_values({**SPECIMEN, "debtor_name": name}))
    assert text == f"[{subject}]"
    return subject


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Ana & Filhos <ana@example.invalid>", "Ana & Filhos <ana@example.invalid>"),
        ("{{7*7}}", "{{7*7}}"),
        ("{% for x in y %}", "{% for x in y %}"),
        ("Ana\r\nBcc: todos@example.invalid", "Ana Bcc: todos@example.invalid"),
        ("Ana\u2028\u2029\x85\x0b\x0cSouza", "Ana Souza"),
        ("Ana\x00\x07\x1b[31mSouza", "Ana[31mSouza"),
        ("\u202eazuoS\u202c \u2066Ana\u2069", "azuoS Ana"),
        ("\u200bAna\ufeff\u00ad", "Ana"),
        ("Ana\ud800", "Ana"),
        ("  Ana \t  Souza ", "Ana Souza"),
        ("محمد", "محمد"),
        ("José 🙂", "José 🙂"),
        ("A" + "\u0301" * 100 + "na", "A" + "\u0301" * 4 + "na"),
        ("Việt Nguye\u0302\u0303n", "Việt Nguye\u0302\u0303n"),
    ],
)
def test_what_people_write_is_shown_and_does_nothing(name: str, seen: str):
    """Never read as a template, always on one line, no character that acts on others."""
    assert shown(name) == seen


def test_a_long_value_is_cut():
    """With an ellipsis, at the length of its variable."""
    assert shown("a" * 201) == "a" * 199 + "…"
    assert shown("a" * 200) == "a" * 200


def test_ten_megabytes_cost_nothing():
    """What would be cut is not looked at."""
    began = time.perf_counter()
    assert shown("\u202e" * 10_000_000).endswith("…")
    assert len(shown("ana " * 2_500_000)) == 200
    assert time.perf_counter() - began < 1


def test_a_subject_is_cut():
    """Mail headers are short."""
    read = read_text("Assunto: {{ creditor_name }} {{ debtor_name }}\n\nOi.", needs_subject=True)
    assert isinstance(read, MessageText)
    subject, _ = read.fill(plain_values({**SPECIMEN, "creditor_name": "a" * 150, "debtor_name": "b" * 150}))
    assert subject == "a" * 150 + " " + "b" * 48 + "…"


class Shouting(str):
    """A string that is more than one."""

    __slots__ = ()


class Debtor:
    """An object of a host application."""

    name = "Ana"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"total": 153.2}, "'total' is a float; it takes a plain str"),
        ({"total": None}, "'total' is a NoneType; it takes a plain str"),
        ({"total": Shouting("a")}, "'total' is a Shouting; it takes a plain str"),
        ({"debtor_name": Debtor()}, "'debtor_name' is a Debtor; it takes a plain str"),
        ({"debtor_name": print}, "'debtor_name' is a builtin_function_or_method; it takes a plain str"),
        ({"omitted": "1"}, "'omitted' is a str; it takes a plain int"),
        ({"omitted": True}, "'omitted' is a bool; it takes a plain int"),
        ({"omitted": 10**5000}, "'omitted' is larger than any number in a message; give at most 1000000000000"),
        ({"items": "nf-1"}, "'items' is no list of dicts; give one dict of plain values for each receivable"),
        ({"items": [Debtor()]}, "'items' is no list of dicts; give one dict of plain values for each receivable"),
        ({"items": [{}] * 61}, "'items' has more than 60 entries; count the others in 'omitted'"),
        ({"items": [{"due": ""}]}, "'items', entry 1: 'receivable' is missing; it is: id of the receivable, as the"),
        ({"totals": "x"}, "'totals' is no variable; did you mean 'total'?"),
    ],
)
def test_a_value_of_another_sort_is_refused(changed: Mapping[str, Any], message: str):
    """Plain strings, whole numbers and lists of dicts of them; nothing that could act when it is shown."""
    with pytest.raises(MessageError) as raised:
        BOOK.render("atraso", {**SPECIMEN, **changed})
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("name", VARIABLES)
def test_a_variable_that_is_not_given_is_named(name: str):
    """With what it means, even where the text does not use it."""
    given_ones = {each: value for each, value in SPECIMEN.items() if each != name}
    with pytest.raises(MessageError, match=f"'{name}' is missing; it is: "):
        BOOK.render("atraso", given_ones)


def _values(variable: Variable) -> st.SearchStrategy[Any]:
    if variable.kind == "items":
        return st.lists(
            st.fixed_dictionaries({name: _values(each) for name, each in ITEM.items()}), max_size=MOST_ITEMS
        )
    if variable.kind == "number":
        return st.integers(-LARGEST_NUMBER, LARGEST_NUMBER)
    return st.text() | st.text(st.characters(), min_size=1).map(lambda text: text * 300)


contexts = st.fixed_dictionaries({name: _values(variable) for name, variable in DECLARED.items()})


@given(st.sampled_from(sorted(BOOK.names())), st.sampled_from(["", "sms", "whatsapp"]), contexts)
def test_every_shipped_text_can_be_filled_with_anything(name: str, channel: str, values: dict[str, Any]):
    """Once loaded, a message never fails: one line of subject, a bounded text, nothing that acts."""
    rendered = BOOK.render(name, values, channel=channel, html=True)
    assert len(rendered.html) <= LONGEST_HTML
    assert len(rendered.subject.splitlines()) <= 1
    assert len(rendered.subject) <= LONGEST_SUBJECT
    assert len(rendered.text) <= LONGEST_TEXT
    assert one_line(rendered.text, LONGEST_TEXT) == " ".join(rendered.text.split())


names = st.sampled_from(
    [*DECLARED, "item.due", "item.days_overdue", "loop.index", "loop.last", "other", "'a'", "2", "''"]
)
filtered = st.tuples(names, st.sampled_from(["", "", "|upper", "|length", "|title", "|center"])).map("".join)
expressions = st.recursive(
    filtered,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or", "==", "<", "!=", "in", "+", "~"]), inner).map(" ".join),
        st.tuples(inner, inner, inner).map(lambda three: "({} if {} else {})".format(*three)),
        inner.map("(not {})".format),
    ),
    max_leaves=4,
)
templates = st.recursive(
    st.sampled_from(["x", "\n", "é "]) | expressions.map("{{{{ {} }}}}".format),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(expressions, inner, inner).map(
            lambda three: "{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format(*three)
        ),
        st.tuples(st.sampled_from(["item", "other"]), inner, inner).map(
            lambda three: "{{% for {} in items %}}{}{{% else %}}{}{{% endfor %}}".format(*three)
        ),
        st.tuples(expressions, inner).map(lambda two: "{{% for item in items if {} %}}{}{{% endfor %}}".format(*two)),
    ),
    max_leaves=8,
)


@given(templates, contexts)
def test_a_template_that_was_accepted_can_be_filled_with_anything(template: str, values: dict[str, Any]):
    """Or it is refused when it is loaded: nothing in between, so that no message fails on its way out."""
    read = read_text(f"x{template}")
    if isinstance(read, MessageText):
        _, text = read.fill(plain_values(values))
        assert len(text) <= LONGEST_TEXT
    else:
        assert read
        assert all(isinstance(problem, MessageProblem) for problem in read)


def test_generated_templates_are_accepted_often_enough():
    """Else the property above says nothing."""
    accepted = []

    @given(templates)
    def look(template: str) -> None:
        accepted.append(isinstance(read_text(f"x{template}"), MessageText))

    look()
    assert sum(accepted) > len(accepted) / 10
