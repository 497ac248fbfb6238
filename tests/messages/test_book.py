import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regua.errors import MessageError
from regua.messages import SPECIMEN, MessageBook

Write = Callable[..., Path]
Problems = Callable[[], list[str]]


def render(folder: Path, template: str = "aviso", **how: Any) -> str:
    """The text of a message of the folder for the specimen."""
    return MessageBook.open(folder).render(template, SPECIMEN, **how).text


def test_regua_brings_texts_of_its_own():
    """A policy runs before a creditor has written anything."""
    assert {"lembrete", "atraso", "obrigado"} <= MessageBook.open().names()


def test_a_creditor_adds_texts(write: Write, folder: Path):
    """Beside the shipped ones."""
    write("Oi, {{ debtor_name }}.")
    book = MessageBook.open(folder)
    assert book.names() == MessageBook.open().names() | {"aviso"}
    assert book.render("aviso", SPECIMEN).text == "Oi, Bruno Lima."


def test_a_creditor_replaces_a_shipped_text(write: Write, folder: Path):
    """By its name."""
    write("Oi.", name="atraso.txt.j2")
    assert render(folder, "atraso") == "Oi."


def test_the_first_folder_wins(write: Write, folder: Path, tmp_path: Path):
    """In the order in which they are given."""
    write("Primeira.")
    other = tmp_path / "outra/pt-BR"
    other.mkdir(parents=True)
    (other / "aviso.txt.j2").write_text("Assunto: x\n\nSegunda.", encoding="utf-8")
    assert MessageBook.open(folder, other.parent).render("aviso", SPECIMEN).text == "Primeira."
    assert MessageBook.open(other.parent, folder).render("aviso", SPECIMEN).text == "Segunda."


def test_a_channel_has_its_own_text_where_there_is_one(write: Write, folder: Path):
    """Other channels have the common one; a channel's own needs no subject."""
    write("Para todos.")
    write(name="aviso.sms.txt.j2", whole="Curto.")
    assert (render(folder, channel="sms"), render(folder, channel="email")) == ("Curto.", "Para todos.")
    assert MessageBook.open(folder).render("aviso", SPECIMEN, channel="sms").subject == ""


def test_a_replaced_text_is_replaced_for_all_channels(write: Write, folder: Path, tmp_path: Path):
    """A creditor's common text comes before another folder's text for one channel."""
    write("Da casa.")
    other = tmp_path / "outra/pt-BR"
    other.mkdir(parents=True)
    (other / "aviso.sms.txt.j2").write_text("De fora.", encoding="utf-8")
    assert MessageBook.open(folder, other.parent).render("aviso", SPECIMEN, channel="sms").text == "Da casa."


def test_a_language_has_its_own_text_where_there_is_one(write: Write, folder: Path):
    """Else the one in pt-BR is taken, and the result says so."""
    write("Hello, {{ debtor_name }}.", name="atraso.txt.j2", language="en")
    book = MessageBook.open(folder)
    assert book.render("atraso", SPECIMEN, language="en").text == "Hello, Bruno Lima."
    assert book.render("atraso", SPECIMEN, language="en").language == "en"
    assert book.render("lembrete", SPECIMEN, language="en").language == "pt-BR"


def test_subject_and_text_are_apart(write: Write, folder: Path):
    """The subject may be called Assunto or Subject, and takes variables and choices."""
    subject = "Subject: {% if debtor_name %}{{ debtor_name|upper }}{% endif %}: oi"
    write(whole=f"{subject}\r\n\r\nLinha 1\r\n\r\n\r\n\r\nLinha 2  \r\n")
    rendered = MessageBook.open(folder).render("aviso", SPECIMEN)
    assert (rendered.subject, rendered.text) == ("BRUNO LIMA: oi", "Linha 1\n\nLinha 2")


def test_what_is_rendered_is_not_logged(write: Write, folder: Path):
    """The repr holds no personal data."""
    write("Oi, {{ debtor_name }}.")
    assert repr(MessageBook.open(folder).render("aviso", SPECIMEN)) == "Rendered(language='pt-BR')"


def test_an_unknown_template_names_the_nearest():
    """At rendering; a policy is told before, by its catalog."""
    with pytest.raises(MessageError, match="there is no message 'atrazo'; did you mean 'atraso'"):
        MessageBook.open().render("atrazo", SPECIMEN)


@pytest.mark.parametrize("name", ["../../etc/passwd", "pt-BR/atraso", "/etc/passwd", "", "atraso.sms", "atraso\0"])
def test_a_name_is_never_a_path(name: str):
    """Only what was read when the book was opened can be rendered."""
    with pytest.raises(MessageError, match="there is no message"):
        MessageBook.open().render(name, SPECIMEN)


@pytest.mark.parametrize(
    "name", ["Atraso.txt.j2", "a b.txt.j2", "atraso.md.j2", "a.b.c.txt.j2", "-a.txt.j2", ".x.j2", "açaí.txt.j2"]
)
def test_a_file_whose_name_is_none_is_not_passed_over(write: Write, problems: Problems, name: str):
    """Else a text that somebody wrote would never be used."""
    write("Oi.", name=name)
    assert problems() == [
        f"pt-BR/{name}: is no name of a message; name it name.txt.j2 or name.channel.txt.j2, with a-z, 0-9, - and _"
    ]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("atraso.html.j2", "HTML is made of the text; write a block, _name.html.j2"),
        ("_texto.html.j2", "regua makes this block; give yours another name"),
        ("_pagina.txt.j2", "write _pagina.html.j2"),
    ],
)
def test_a_file_that_nothing_asks_for_is_not_passed_over(write: Write, problems: Problems, name: str, remedy: str):
    """Its author would wait for it in vain."""
    write("Oi.", name=name)
    assert problems() == [f"pt-BR/{name}: is no file that is asked for; {remedy}"]


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("pt_BR/aviso.txt.j2", "pt_BR: is no language; name it as pt-BR or en is written"),
        ("pt-br/aviso.txt.j2", "pt-br: is no language; name it as pt-BR or en is written"),
        ("PT-BR/aviso.txt.j2", "PT-BR: is no language; name it as pt-BR or en is written"),
        ("pt-BR/aviso.txt", "pt-BR/aviso.txt: is not read; name it aviso.txt.j2"),
        ("pt-BR/_marca.html", "pt-BR/_marca.html: is not read; name it _marca.html.j2"),
        ("pt-BR/sms/aviso.txt.j2", "pt-BR/sms: is not read; move its files to pt-BR/"),
    ],
)
def test_a_text_in_the_wrong_place_is_not_passed_over(
    write: Write, folder: Path, problems: Problems, path: str, problem: str
):
    """Its author would wait for it in vain."""
    write("Oi.", name="outro.txt.j2")
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text("Assunto: Mensagem\n\nOi.", encoding="utf-8")
    assert problems() == [problem]


@pytest.mark.parametrize("language", ["en", "es-419", "sr-Latn-RS", "gsw", "ca-ES-valencia"])
def test_a_language_is_named_by_its_tag(write: Write, folder: Path, language: str):
    """With the capitals that BCP 47 recommends, by which debtors' languages are looked up."""
    write("Oi.", language=language)
    assert render(folder, language=language) == "Oi."


def test_other_folders_are_let_be(write: Write, folder: Path):
    """Images, the files of git."""
    write("Oi.")
    (folder / ".git").mkdir()
    (folder / "pt-BR/imagens").mkdir()
    assert render(folder) == "Oi."


@pytest.mark.parametrize(
    ("subject", "problem"),
    [
        ("", "the subject is missing; begin with a line such as 'Assunto: Mensagem para você'"),
        ("{{ offer_amount }}", "the subject can be empty; write one that is there whatever the message says"),
    ],
)
def test_a_subject_is_never_empty(write: Write, problems: Problems, subject: str, problem: str):
    """A mail without one looks like a fraud."""
    write(whole=f"Assunto: {subject}\n\nOi.")
    assert problems() == [f"pt-BR/aviso.txt.j2:1: {problem}"]


def test_other_files_are_let_be(write: Write, folder: Path):
    """A README, a backup."""
    write("Oi.")
    write("{{", name="README.md")
    write("{{", name="aviso.txt.j2~")
    (folder / "README.md").touch()
    assert render(folder) == "Oi."


def test_a_folder_that_is_not_there_is_told(tmp_path: Path):
    """By its name, with the cause."""
    with pytest.raises(MessageError, match="nada: cannot be read: No such file or directory"):
        MessageBook.open(tmp_path / "nada")


def test_a_file_beside_the_languages_is_told(folder: Path, problems: Problems):
    """It would never be used."""
    (folder / "aviso.txt.j2").write_text("Assunto: x\n\ny", encoding="utf-8")
    assert problems() == ["aviso.txt.j2: stands in no language; move it to pt-BR/aviso.txt.j2"]


def test_a_folder_without_languages_is_told(tmp_path: Path):
    """Most likely it is the folder of a language itself."""
    with pytest.raises(MessageError, match="has no folder of a language; put the files in pt-BR/"):
        MessageBook.open(tmp_path)


def test_a_link_out_of_the_folder_is_refused(folder: Path, problems: Problems, tmp_path: Path):
    """Whoever may write messages may not read the machine with them."""
    (tmp_path / "secret").write_text("Assunto: x\n\nsegredo", encoding="utf-8")
    (folder / "pt-BR/aviso.txt.j2").symlink_to(tmp_path / "secret")
    assert problems() == ["pt-BR/aviso.txt.j2: is no file of this folder; put the file itself there"]


def test_a_link_inside_the_folder_is_followed(write: Write, folder: Path):
    """That is how Kubernetes mounts files."""
    write("Oi.", name="outro.txt.j2").rename(folder / "conteudo")
    (folder / "pt-BR/aviso.txt.j2").symlink_to(folder / "conteudo")
    assert render(folder) == "Oi."


def test_what_is_no_file_is_not_opened(folder: Path, problems: Problems):
    """A pipe would never end."""
    os.mkfifo(folder / "pt-BR/aviso.txt.j2")
    assert problems() == ["pt-BR/aviso.txt.j2: is no file of this folder; put the file itself there"]


def test_a_link_in_a_circle_is_told(folder: Path, problems: Problems):
    """It is not followed."""
    path = folder / "pt-BR/aviso.txt.j2"
    path.symlink_to(path)
    assert problems() == ["pt-BR/aviso.txt.j2: is no file of this folder; put the file itself there"]


def test_a_large_file_is_not_read(write: Write, problems: Problems):
    """A message is short."""
    write("a" * 20_000)
    assert problems() == ["pt-BR/aviso.txt.j2: is larger than 16,384 bytes; a message is short"]


def test_many_files_are_not_read(folder: Path, problems: Problems):
    """A folder given by mistake is told at once."""
    for number in range(1001):
        (folder / f"pt-BR/a{number}.txt.j2").touch()
    assert problems() == ["pt-BR: has more than 1000 messages; take the unused ones out"]


@pytest.mark.parametrize(
    ("whole", "problem"),
    [
        (b"Assunto: x\n\n\xe9", "pt-BR/aviso.txt.j2: is not UTF-8; save the file as UTF-8"),
        (
            "\ufeffAssunto: x\n\ny",
            "pt-BR/aviso.txt.j2: begins with a byte order mark; save the file as UTF-8 without one",
        ),
        ("Assunto: x\n\n\u202ey", "pt-BR/aviso.txt.j2:3: the character U+202E cannot be seen; take it out"),
        ("Assunto: x\ry\n\ny", "pt-BR/aviso.txt.j2:1: the character U+000D cannot be seen; take it out"),
        ("Assunto: x\u2028y\n\ny", "pt-BR/aviso.txt.j2:1: the character U+2028 cannot be seen; take it out"),
        (
            "Olá.",
            "pt-BR/aviso.txt.j2:1: the subject is missing; begin with a line such as 'Assunto: Mensagem para você'",
        ),
        (
            "Assunto: x\nOlá.",
            "pt-BR/aviso.txt.j2:2: an empty line stands between the subject and the text; put one there",
        ),
        ("Assunto: x", "pt-BR/aviso.txt.j2:2: an empty line stands between the subject and the text; put one there"),
        ("Assunto: x\n\n \n", "pt-BR/aviso.txt.j2: has no text; write what the debtor is to read"),
    ],
)
def test_a_file_in_another_form_is_refused(write: Write, problems: Problems, whole: str | bytes, problem: str):
    """With the line and the remedy."""
    write(whole=whole)
    assert problems() == [problem]


def test_all_problems_are_told_at_once(write: Write, problems: Problems):
    """Of all files, each with its line."""
    write("{{ totl }}\n{{ items }}")
    write("{{ x() }}", name="outro.txt.j2")
    assert problems() == [
        "pt-BR/aviso.txt.j2:3: unknown variable 'totl'; did you mean 'total'?",
        "pt-BR/aviso.txt.j2:4: this is no text that can be shown; go through it with for",
        "pt-BR/outro.txt.j2:3: nothing can be called; values come ready to be shown",
    ]


def test_a_book_opens_quickly():
    """A worker that starts anew does not wait for its texts."""
    began = time.perf_counter()
    MessageBook.open()
    assert time.perf_counter() - began < 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["pt-BR", "pt-BR/aviso.txt.j2"])
def test_what_may_not_be_read_is_told(write: Write, folder: Path, problems: Problems, name: str):
    """As any other problem."""
    write("Oi.")
    (folder / name).chmod(0)
    try:
        assert problems() == [f"{name}: cannot be read: Permission denied; let it be read"]
    finally:
        (folder / name).chmod(0o700)
