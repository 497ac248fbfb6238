import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regua.documents import email
from regua.errors import DocumentError


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("ana@exemplo.com.br", "ana@exemplo.com.br"),
        ("Ana.Souza+nf@Exemplo.COM.BR", "Ana.Souza+nf@exemplo.com.br"),
        ("ana@açaí.com.br", "ana@xn--aa-4iaz.com.br"),
        ("ana@xn--aa-4iaz.com.br", "ana@xn--aa-4iaz.com.br"),
        ("ana@\u0430pple.com", "ana@xn--pple-43d.com"),
        ("ana@example.invalid", "ana@example.invalid"),
        ("ana@Loja.TEST", "ana@loja.test"),
        ("ana@example.com", "ana@example.com"),
        ("a" * 64 + "@exemplo.com", "a" * 64 + "@exemplo.com"),
    ],
)
def test_an_address_as_servers_take_it(written: str, address: str):
    """The domain in lower case and ASCII, so that a Cyrillic a is seen; the rest belongs to who owns it."""
    assert email(written) == address


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not exactly one at-sign"),
        ("ana.exemplo.com", "not exactly one at-sign"),
        ("ana@x@exemplo.com", "not exactly one at-sign"),
        ("ana\uff20exemplo.com", "not exactly one at-sign"),
        ("@exemplo.com", "before the at-sign cannot be"),
        ("ana..souza@exemplo.com", "before the at-sign cannot be"),
        (".ana@exemplo.com", "before the at-sign cannot be"),
        ("a" * 65 + "@exemplo.com", "before the at-sign cannot be"),
        ("joão@exemplo.com", "letters before the at-sign"),
        ("ana@", "no domain"),
        ("ana@exemplo", "no domain"),
        ("ana@invalid", "no domain"),
        ("ana@exemplo.local", "no domain"),
        ("ana@localhost", "no domain"),
        ("ana@-exemplo.com", "no domain"),
        ("ana@exem_plo.com", "no domain"),
        ("ana@exemplo..com", "no domain"),
        ("ana@xn--a.com", "no domain"),
        ("ana@127.0.0.1", "no domain"),
        ("ana@" + "a" * 64 + ".com", "no domain"),
        ("a@" + "b." * 130 + "com", "too long"),
        ("ana@[127.0.0.1]", "more than the address"),
        ("ana(casa)@exemplo.com", "comments"),
        ('"ana souza"@exemplo.com', "quotes"),
        ("Ana <ana@exemplo.com>", "more than the address"),
        ("ana@exemplo.com,bia@exemplo.com", "more than the address"),
        ("ana@exemplo.com;bia@exemplo.com", "more than the address"),
        ("mailto:ana@exemplo.com", "more than the address"),
        (" ana@exemplo.com", "spaces"),
        ("ana@exemplo.com\r\nBcc: todos@exemplo.com", "control characters"),
        ("ana@exemplo.com\n", "control characters"),
        ("ana\x00@exemplo.com", "control characters"),
        ("ana\u200f@exemplo.com", "control characters"),
        ("\u202eana@exemplo.com", "control characters"),
        ("ana\u00a0@exemplo.com", "control characters"),
    ],
)
def test_what_is_no_single_address_is_refused(text: str, reason: str):
    """Each with what is wrong."""
    with pytest.raises(DocumentError, match=f"e-mail address: .*{reason}"):
        email(text)


def test_no_name_server_is_asked(monkeypatch: pytest.MonkeyPatch):
    """A file of a million addresses tells nobody whose they are."""
    monkeypatch.setattr(socket, "socket", None)
    assert email("ana@exemplo.com.br") == "ana@exemplo.com.br"


@given(text=st.text(max_size=30) | st.emails() | st.from_regex(r"[a-z.@\u0430-\u0433]{1,20}@[a-z.\u0430-]{1,20}"))
def test_any_text_is_an_address_or_refused(text: str):
    """Nothing else is raised; what is read is ASCII, one line, and read again as the same."""
    try:
        address = email(text)
    except DocumentError:
        return
    assert address.isascii()
    assert address.isprintable()
    assert email(address) == address
