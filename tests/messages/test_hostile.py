import time
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from regua.messages import FILTERS, SPECIMEN, VARIABLES, MessageBook
from regua.messages.declared import ITEM, LOOP
from regua.messages.sources import ENVIRONMENTS

Write = Callable[..., Path]
Problems = Callable[[], list[str]]
ITEMS = "for item in items"

HOSTILE = {
    "string bomb": "{{ 'a' * 300000000 }}",
    "variable bomb": "{{ total * 300000000 }}",
    "number bomb": "{{ 9 ** 99999999 }}",
    "hexadecimal bomb": "{{ 0x" + "f" * 5000 + " }}",
    "long number": "{{ " + "9" * 5000 + " }}",
    "concatenation": "{{ 'a' ~ 'b' }}",
    "format width": "{{ '%999999999d'|format(1) }}",
    "format operator": "{{ '%999999999d' % 1 }}",
    "format method": "{{ '{:999999999}'.format(1) }}",
    "center": "{{ total|center(1000000000) }}",
    "indent": "{{ total|indent(1000000000) }}",
    "replace": "{{ total|replace('', 'aaaaaaaa') }}",
    "join": "{{ items|map(attribute='due')|join }}",
    "attribute of a string": "{{ total.__class__.__mro__ }}",
    "method of a dict": f"{{% {ITEMS} %}}{{{{ item.clear }}}}{{% endfor %}}",
    "attr filter": "{{ total|attr('__class__') }}",
    "call": "{{ total.upper() }}",
    "range": "{% for x in range(1000000000) %}a{% endfor %}",
    "range call": "{{ range(1000000000)|length }}",
    "lipsum": "{{ lipsum(n=1000000) }}",
    "cycler": "{{ cycler('a') }}",
    "joiner": "{{ joiner('a') }}",
    "namespace": "{% set x = namespace(a=1) %}",
    "dict": "{{ dict(a=1) }}",
    "self": "{{ self }}",
    "set": "{% set x = total %}{{ x }}",
    "set block": "{% set x %}a{% endset %}",
    "macro": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "call block": "{% call f() %}a{% endcall %}",
    "filter block": "{% filter upper %}a{% endfilter %}",
    "with": "{% with x = 1 %}{{ x }}{% endwith %}",
    "block": "{% block a %}{{ self.a() }}{% endblock %}",
    "include": "{% include 'atraso.txt.j2' %}",
    "include of a variable": "{% include total %}",
    "include of several": "{% include ['_saudacao', '_contas'] %}",
    "include of a slot": "{% include '_texto' %}",
    "include of the page": "{% include '_pagina' %}",
    "many includes": "{% include '_contas' %}" * 40,
    "includes in a loop": f"{{% {ITEMS} %}}{{% include '_contas' %}}{{% endfor %}}",
    "include of a path": "{% include '../../../etc/passwd' %}",
    "import": "{% import 'x' as y %}",
    "from": "{% from 'x' import y %}",
    "extends": "{% extends 'x' %}",
    "autoescape": "{% autoescape true %}a{% endautoescape %}",
    "unknown tag": "{% do total.x() %}",
    "recursive loop": f"{{% {ITEMS} recursive %}}{{{{ loop(items) }}}}{{% endfor %}}",
    "loop called": f"{{% {ITEMS} %}}{{{{ loop(items) }}}}{{% endfor %}}",
    "loop whole": f"{{% {ITEMS} %}}{{{{ loop }}}}{{% endfor %}}",
    "item whole": f"{{% {ITEMS} %}}{{{{ item }}}}{{% endfor %}}",
    "three loops": "{% for a in items %}{% for b in items %}{% for c in items %}{% endfor %}{% endfor %}{% endfor %}",
    "long nested loops": "{% for a in items %}{% for b in items %}aaaaaaaaa{% endfor %}{% endfor %}",
    "idle nested loops": "{% for a in items %}{% for b in items %}{% endfor %}{% endfor %}" * 200,
    "busy loop": f"{{% {ITEMS} %}}" + "{% if item.due|upper|lower|upper %}{% endif %}" * 300 + "{% endfor %}",
    "loop over text": "{% for x in total %}{{ x }}{% endfor %}",
    "loop over a list": "{% for x in [1, 2] %}{{ x }}{% endfor %}",
    "loop that hides": "{% for total in items %}{% endfor %}",
    "loop in pairs": "{% for a, b in items %}{% endfor %}",
    "loop named loop": "{% for loop in items %}{% endfor %}",
    "loop named as another": f"{{% {ITEMS} %}}{{% {ITEMS} %}}{{% endfor %}}{{% endfor %}}",
    "longer with each case": "{{ total" + "|upper" * 19 + " }}",
    "long text": "a" * 16_000
    + "{{ creditor_name }}" * 10
    + f"{{% {ITEMS} %}}"
    + "{{ item.due }}" * 21
    + "{% endfor %}",
    "deep parentheses": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "deep negation": "{% if " + "not " * 30 + "total %}{% endif %}",
    "deep choices": "{% if total %}" * 30 + "{% endif %}" * 30,
    "very deep choices": "{% if total %}" * 700 + "{% endif %}" * 700,
    "index": "{{ items[0].due }}",
    "slice": "{{ total[::-1] }}",
    "list": "{{ [1, 2, 3] }}",
    "dictionary": "{{ {'a': 1} }}",
    "tuple": "{{ 1, 2 }}",
    "test": "{{ 'a' if total is defined else 'b' }}",
    "membership": "{{ 'a' if 'R' in total else 'b' }}",
    "order of text": "{{ 'a' if total < today else 'b' }}",
    "unlike things": "{{ 'a' if total == omitted else 'b' }}",
    "number filtered": "{{ omitted|upper }}",
    "filter with arguments": "{{ total|upper(1) }}",
    "if without else": "{{ total if omitted }}",
    "flag shown": "{{ total == '' }}",
    "flag constant": "{{ true }}",
    "nothing": "{{ none }}",
    "fraction": "{{ 1.5 }}",
    "endless": "{{ 1e9999 }}",
    "mixed": "{{ items or 'nada' }}",
    "line feed in a constant": "{{ 'a\\nb' }}",
    "direction in a constant": "{{ '\\u202e' }}",
    "surrogate": "{{ '\\ud800' }}",
    "method that acts": "{{ debtor.delete() }}",
    "secret of an object": "{{ creditor.smtp_password }}",
    "secret of a value": "{{ creditor_name.smtp_password }}",
    "format of CVE-2025-27516": "{{ ''|attr('format')|attr('__globals__') }}",
    "format by map": "{{ ['{0.__class__}']|map('format', total)|first }}",
    "format_map": "{{ '{x.__class__}'.format_map({'x': total}) }}",
    "class of a tuple": "{{ ().__class__.__base__.__subclasses__() }}",
    "globals of a function": "{{ self.__init__.__globals__ }}",
    "context of the template": "{{ self._TemplateReference__context }}",
    "subscript": "{{ total['__class__'] }}",
    "escaped attribute": "{{ total['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "nested ranges": "{% for a in range(99999) %}{% for b in range(99999) %}a{% endfor %}{% endfor %}",
    "unclosed": "{{ total",
    "unclosed loop": f"{{% {ITEMS} %}}",
    "broken escape": "{{ '\\N{x' }}",
    "part of a value": "{{ creditor.name }}",
    "loop outside": "{{ loop.index }}",
    "loop in its own condition": "{% for item in items if loop.first %}{% endfor %}",
    "item after its loop": f"{{% {ITEMS} %}}{{% endfor %}}{{{{ item.due }}}}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_template_that_could_do_harm_is_refused_at_once(write: Write, problems: Problems, text: str):
    """Before anything of it runs, with the file, and within a second."""
    write("{{ today }}\n" + text)
    began = time.perf_counter()
    assert all(problem.startswith("pt-BR/aviso.txt.j2:") for problem in problems())
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("text", ["{{ 'a' * 300000000 }}", "{{ range(9) }}", "{{ total|center(99) }}"])
def test_a_subject_is_checked_as_the_text_is(write: Write, problems: Problems, text: str):
    """It is a template too."""
    write(whole=f"Assunto: {text}\n\nOi.")
    [problem] = problems()
    assert problem.startswith("pt-BR/aviso.txt.j2:1: ")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{ creditor.name }}", "there is no creditor with a part 'name' here; did you mean 'creditor_name'?"),
        ("{{ item.due }}", "there is no item with a part 'due' here; write it inside for item in items"),
        ("{{ x.y }}", "there is no x with a part 'y' here; only items and loop have parts"),
        ("{% for item in items %}{{ item.deu }}{% endfor %}", "unknown variable 'item.deu'; did you mean 'due'?"),
        ("{% for item in items %}{{ loop.lost }}{% endfor %}", "unknown variable 'loop.lost'; did you mean 'last'?"),
        ("{{ total|uper }}", "unknown filter 'uper'; did you mean 'upper'?"),
        ("{{ total * 2 }}", "nothing can be computed; values come ready to be shown"),
        ("{% set x = 1 %}", "{% set %} is not for messages; they know if, for, include, raw and variables"),
        ("{% include '_saudaçao' %}", "there is no block '_saudaçao' here; did you mean '_saudacao'?"),
        ("{% for x in total %}{% endfor %}", "only items can be gone through; write for item in items"),
        ("{{ total", "cannot be read: unexpected end of template, expected 'end of print statement'."),
        (
            "{% for a in items %}{% for b in items %}aaaaaaaaa{% endfor %}{% endfor %}",
            "the text could grow to 32,400 characters when every value is as long as it may be; say less for each item",
        ),
        (
            "{% for a in items %}{% for b in items %}{% endfor %}{% endfor %}" * 200,
            "is too much work when every value is as long as it may be; say less for each item",
        ),
    ],
)
def test_a_refusal_says_what_to_write_instead(write: Write, problems: Problems, text: str, problem: str):
    """With the line of the file, on which the text begins at 3."""
    write(text)
    assert problems() == [f"pt-BR/aviso.txt.j2:3: {problem}"]


@pytest.mark.parametrize("name", VARIABLES)
def test_a_variable_that_is_not_there_is_told_when_the_file_is_loaded(write: Write, problems: Problems, name: str):
    """Mistyped, it names the right one."""
    write(f"{{{{ {name}x }}}}")
    assert problems() == [f"pt-BR/aviso.txt.j2:3: unknown variable '{name}x'; did you mean '{name}'?"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ total if omitted > 1 and debtor_name else today }}",
        "{{ debtor_name|title }} {{ items|length }} {{ total|length }}",
        "{% for item in items if item.days_overdue >= 3 %}{{ loop.index }}/{{ loop.length }}{% else %}nada{% endfor %}",
        "{% for a in items %}{% for b in items %}.{% endfor %}{% endfor %}",
        "{% if not items %}nada{% elif omitted == 0 %}tudo{% else %}mais{% endif %}",
        "{% raw %}{{ 7*7 }}{% endraw %}{# nada #}.",
        "{% for item in items %}{{ item.due }}{{ '' if loop.last else ', ' }}{% endfor %}",
    ],
)
def test_what_a_message_needs_is_allowed(write: Write, folder: Path, text: str):
    """Variables, choices, and going through the items."""
    write(text)
    assert MessageBook.open(folder).render("aviso", SPECIMEN).text


def test_no_field_is_called_as_a_method():
    """A dict's own names would hide the field."""
    assert not [name for name in (*ITEM, *LOOP) if hasattr(dict, name)]


def test_the_sandbox_behind_the_check():
    """What would pass the check meets an environment with nothing in it, where what is not given is an error."""
    for environment in ENVIRONMENTS.values():
        assert isinstance(environment, ImmutableSandboxedEnvironment)
        assert environment.undefined is StrictUndefined
        assert (environment.globals, environment.tests) == ({}, {})
        assert set(environment.filters) == set(FILTERS)
    assert (ENVIRONMENTS["txt"].autoescape, ENVIRONMENTS["html"].autoescape) == (False, True)
