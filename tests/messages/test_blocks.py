"""The voice of a brand: blocks of its own in messages that it does not copy."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.messages.reading import read_text

from regua.messages import SPECIMEN, MessageBook
from regua.messages.text import MessageText
from regua.messages.values import plain_values

Write = Callable[..., Path]
Problems = Callable[[], list[str]]


def told(text: str, **blocks: str) -> str:
    """A message with its blocks, filled for the specimen."""
    read = read_text(text, **blocks)
    assert isinstance(read, MessageText), read
    return read.fill(plain_values(SPECIMEN))[1]


def test_a_block_stands_where_it_is_named():
    """On lines of its own, with the values of the message."""
    assert told('a\n{% include "_x" %}\nb', x_txt="Oi, {{ debtor_name }}.") == "a\nOi, Bruno Lima.\nb"
    assert told('{% if total %}{% include "_x" %}{% endif %}', x_txt="{% for item in items %}.{% endfor %}") == "."


def test_a_block_of_nothing_leaves_no_hole():
    """Nor does one that has nothing to say."""
    assert told('a\n\n{% include "_x" %}\n\nb', x_txt="") == "a\n\nb"
    assert told('a\n\n{% include "_x" %}\n\nb', x_txt="{% if boleto_line %}x{% endif %}") == "a\n\nb"


def test_a_greeting_of_ones_own_is_in_every_message(write: Write, folder: Path):
    """One file, no copied text."""
    write(name="_saudacao.txt.j2", whole="Oi, gente boa.")
    book = MessageBook.open(folder)
    names = book.names() - {"ligacao"}
    assert all(book.render(name, SPECIMEN).text.startswith("Oi, gente boa.\n\n") for name in names)
    assert all(MessageBook.open().render(name, SPECIMEN).text.startswith("Olá") for name in names)


def test_a_block_of_ones_own_takes_the_place_of_every_channels(write: Write, folder: Path):
    """As a text does; one for a channel is for that channel alone."""
    write(name="_saudacao.txt.j2", whole="Oi.")
    assert MessageBook.open(folder).render("atraso", SPECIMEN, channel="whatsapp").text.startswith("Oi.")
    (folder / "pt-BR/_saudacao.txt.j2").rename(folder / "pt-BR/_saudacao.whatsapp.txt.j2")
    book = MessageBook.open(folder)
    assert book.render("atraso", SPECIMEN, channel="whatsapp").text.startswith("Oi.")
    assert book.render("atraso", SPECIMEN, channel="email").text.startswith("Olá")


def test_a_text_of_ones_own_takes_shipped_blocks(write: Write, folder: Path):
    """By their names."""
    write('Oi.\n\n{% include "_contas" %}\n\n{% include "_assinatura" %}')
    assert (
        MessageBook.open(folder).render("aviso", SPECIMEN).text.startswith("Oi.\n\n- Conta a pagar nf-1: R$ 153,20\n")
    )


def test_a_text_block_of_ones_own_undoes_the_html_of_that_name(write: Write, folder: Path):
    """What a brand says is never said otherwise in HTML."""
    write(name="_contas.txt.j2", whole="- {{ total }} & pronto")
    told = MessageBook.open(folder).render("atraso", SPECIMEN, html=True)
    assert "<ul>\n<li>R$ 153,20 &amp; pronto</li>\n</ul>" in told.html
    assert "Conta a pagar nf-1" not in told.text + told.html


def test_colours_and_logo_of_ones_own(write: Write, folder: Path):
    """In every message, for every channel that takes HTML."""
    write(name="_cores.html.j2", whole=".botao a{background:#0a6}")
    write(
        name="_marca.html.j2", whole='<p><img src="https://loja.example.invalid/l.png" alt="{{ creditor_name }}"></p>'
    )
    told = MessageBook.open(folder).render("atraso", {**SPECIMEN, "creditor_name": 'A "B"'}, html=True)
    assert ".botao a{background:#0a6}\n</style>" in told.html
    assert '<img src="https://loja.example.invalid/l.png" alt="A &#34;B&#34;">' in told.html


def test_another_language_has_its_own_blocks_and_the_same_page(write: Write, folder: Path):
    """Languages do not mix; the page has no words."""
    write('{% include "_saudacao" %}', language="en")
    write(name="_saudacao.txt.j2", whole="Hello.", language="en")
    told = MessageBook.open(folder).render("aviso", SPECIMEN, language="en", html=True)
    assert told.text == "Hello."
    assert '<html lang="en">' in told.html


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        (
            "aviso.txt.j2",
            'Assunto: x\n\n{% include "_contass" %}',
            ":3: there is no block '_contass' here; did you mean",
        ),
        ("_x.txt.j2", "a\n{{ totl }}", ":2: unknown variable 'totl'; did you mean 'total'?"),
        ("_x.txt.j2", "{{ item.due }}", ":1: there is no item with a part 'due' here; write it inside for item in"),
        ("_x.txt.j2", '{% include "_contas" %}', ":1: a block takes no other block; write what it is to say"),
        ("_x.html.j2", "<p>\n{{ totl }}", ":2: unknown variable 'totl'; did you mean 'total'?"),
        ("_x.html.j2", "<p>\n<script>", ":2: '<script' acts, and a message is only read; take it out"),
        ("_x.html.j2", '<a href="javascript:x">', ":1: 'javascript:' acts, and a message is only read; take it out"),
        ("_x.html.j2", "<b onclick=x>", ":1: 'onclick=' acts, and a message is only read; take it out"),
        ("_x.html.j2", "<img alt={{ total }}>", ": a value could become a part of the HTML; show values as text, or"),
        ("_x.html.j2", "<style>{{ total }}</style>", ": a value could become a part of the HTML; show values as text"),
        ("_x.html.j2", '<b style="color:{{ total }}">', ": a value could become a part of the HTML; show values as"),
        ("_x.html.j2", '<a href="{{ total }}">', ": a value could become a part of the HTML; show values as text, or"),
        ("_x.html.j2", "<!-- {{ total }} -->", ": a value could become a part of the HTML; show values as text, or as"),
        ("_x.html.j2", "<p>\n<img src=x/onerror=y>", ":2: '/onerror=' acts, and a message is only read; take it out"),
        ("_x.html.j2", '<a href="java&#115;cript:x">', ": an address acts, and a message is only read; let it begin"),
        ("_x.html.j2", '<a href="data:text/html,x">', ": an address acts, and a message is only read; let it begin"),
        ("_x.html.j2", "<p>\n<!-- x", ":2: a comment has no end, and hides what follows; write -->"),
        (
            "_x.html.j2",
            '<p class="x>{{ total }}</p>',
            ": a tag or a quote is not closed, and takes what follows with it",
        ),
        (
            "_x.html.j2",
            "{% if not total %}<p title={{ today }}>{% endif %}",
            ": a value could become a part of the HTML",
        ),
        ("_x.html.j2", "<p title={{ '' if total else today }}>", ": a value could become a part of the HTML; show"),
        ("_cores.html.j2", "a{color:{{ total }}}", ": a value could become a part of the page; write in the page"),
        (
            "_cores.html.j2",
            "{% if not total %}a{x:{{ today }}}{% endif %}",
            ": a value could become a part of the page",
        ),
        ("_cores.html.j2", "a{}\n@import url(x)", ":2: '@import' acts, and a message is only read; take it out"),
        ("_pagina.html.j2", '<style>\n{{ total }}</style>{% include "_texto" %}', ": a value could become a part of"),
        (
            "_pagina.html.j2",
            '{% include "_texto" %}\n{% include "_saudacao" %}',
            ":2: there is no block '_saudacao' here; write one",
        ),
        ("_pagina.html.j2", '{% include "_texto" %}{{ autoescape }}', ":1: unknown variable 'autoescape'"),
    ],
)
def test_a_block_is_checked_when_it_is_loaded(write: Write, problems: Problems, name: str, text: str, problem: str):
    """As a message is, with its line; a value of any sort stays what it is."""
    write(name=name, whole=text)
    assert [each[: len(f"pt-BR/{name}{problem}")] for each in problems()] == [f"pt-BR/{name}{problem}"]


@pytest.mark.parametrize(
    ("language", "name", "remedy"),
    [
        ("pt-BR", "_saudcao.txt.j2", "did you mean '_saudacao'?"),
        ("pt-BR", "_cor.html.j2", "did you mean '_cores'?"),
        ("pt-BR", "_rodap.sms.txt.j2", "did you mean '_rodape'?"),
        ("en", "_rodape.txt.j2", "there is none to choose from"),
    ],
)
def test_a_block_that_no_message_takes_is_told(write: Write, problems: Problems, language: str, name: str, remedy: str):
    """Its author would look for it in vain."""
    write("Oi.", language=language)
    write(name=name, whole="Oi.", language=language)
    assert problems() == [f"{language}/{name}: no message takes this block; {remedy}"]


def test_colours_of_a_language_are_in_the_page_of_all(write: Write, folder: Path):
    """The page has no words, and its blocks may have some."""
    write("Hello.", language="en")
    write(name="_cores.html.j2", whole="a{color:#123456}", language="en")
    told = MessageBook.open(folder).render("aviso", SPECIMEN, language="en", html=True)
    assert "a{color:#123456}" in told.html


def test_what_is_wrong_with_a_message_is_told_once(write: Write, problems: Problems):
    """Although each channel has other blocks."""
    write('{% include "_lembret" %}')
    [problem] = problems()
    assert problem.startswith("pt-BR/aviso.txt.j2:3: there is no block '_lembret' here; ")


def test_a_language_without_blocks_says_where_to_write_one(write: Write, problems: Problems):
    """The block is there in pt-BR; languages do not mix."""
    write(language="en", whole='Subject: x\n\n{% include "_saudacao" %}')
    remedy = "write _saudacao.txt.j2 beside this file: languages do not mix"
    assert problems() == [f"en/aviso.txt.j2:3: there is no block '_saudacao' here; {remedy}"]


def test_a_page_that_shows_no_message_is_refused(write: Write, problems: Problems):
    """Else every debtor would get an empty one."""
    write(name="_pagina.html.j2", whole="<p>Oi.</p>")
    remedy = 'write {% include "_texto" %} once where it stands, in no choice and no loop'
    assert problems() == [f"pt-BR/_pagina.html.j2: does not show the message; {remedy}"]


def test_a_message_that_blocks_make_too_long_is_refused(write: Write, problems: Problems):
    """What a block can grow to counts as often as it stands there."""
    write('{% include "_contas" %}' * 3)
    [problem] = problems()
    assert problem.startswith("pt-BR/aviso.txt.j2:3: the text could grow to ")


def test_html_that_blocks_make_too_long_is_refused():
    """However small its text is, a block counts in a loop as often as it may stand there."""
    loop = '{% for item in items %}{% include "_x" %}{% endfor %}'
    [problem] = read_text(loop, x_txt="a", x_html="<p>" + "a" * 5000)  # type: ignore[misc]
    assert str(problem).startswith("x:1: its HTML could grow to 3")
    assert isinstance(read_text(loop, x_txt="a", x_html="<p>" + "a" * 4000), MessageText)


def test_a_link_that_is_none_is_left_out():
    """A cut or unsafe address would lead elsewhere."""
    for link in (
        "javascript:x",
        "http://a.invalid",
        "https://a.invalid/ b",
        'https://a.invalid/"x',
        "https://" + "a" * 300,
    ):
        assert MessageBook.open().render("atraso", {**SPECIMEN, "pay_url": link}).text.count("http") == 0
    assert "https://a.invalid:8/b?c=d&e#f" in (
        MessageBook.open().render("atraso", {**SPECIMEN, "pay_url": "https://a.invalid:8/b?c=d&e#f"}).text
    )


@pytest.mark.parametrize(
    ("variable", "code"),
    [
        ("boleto_line", "9" * 61),
        ("boleto_line", "00190.00009 01234.567891 (veja https://x.invalid)"),
        ("boleto_line", "00190.00009\n01234.567891"),
        ("pix_code", "0" * 513),
        ("pix_code", "000201 26  58"),
        ("pix_code", "000201\u200b26"),
        ("pix_code", "000201\n26"),
    ],
)
def test_a_code_that_does_not_stand_whole_is_left_out(variable: str, code: str):
    """Cut or altered it would be refused by the bank, or pay somebody else."""
    values = {**SPECIMEN, variable: code}
    assert MessageBook.open().render("atraso", values).text == MessageBook.open().render("atraso", SPECIMEN).text
