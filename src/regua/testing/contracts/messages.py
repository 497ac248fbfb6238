"""Messages: what a channel brings arrives as it was written, to exactly one recipient, or not at all."""

from __future__ import annotations

from typing import Any, Final

import pytest

from regua.ports import Attachment, PluginError, Rejected, Retryable, Unsupported
from regua.testing.contracts.asking import TEXT, Request, accepted, ask, capabilities_of, taken_of
from regua.testing.contracts.providers import Provider, Taken

TEXTS: Final = {
    "accents": "Ação de cobrança: não há débito às 8h, à vista — “até já”, R$ 1.234,56",
    "emoji": "Pago? \U0001f64f\U0001f3fd \U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1e7\U0001f1f7 obrigado 🧾",
    "right to left": "\u05e9\u05dc\u05d5\u05dd, \u0623\u0646\u0627: 150,00 \u200f(R$)\u200e \u05e2\u05d3 fim",
    "combining": "cobranc\u0327a e\u0301 na\u0303o cobrança é não",
    "other scripts": "漢字 ไทย हिन्दी ខ្មែរ",
    "markup": "a < b & c > d {{7*7}} ${x} %s \\n <b>olá</b> &amp; 'x' \"y\"",
    "lines": "Primeira linha.\n\nTerceira:\n.\n..dois pontos\nFrom aqui\n\tfim",
    "a long line": "linha comprida " * 200 + "fim",
}
HTML: Final = "<p>Olá, <b>Canária</b>: R$&nbsp;150,37</p>"
PDF: Final = Attachment(name="boleto de abril.pdf", media_type="application/pdf", content=bytes(range(256)) * 40)
LONG: Final = 100_000


class MessageContract:
    """Messages: what a channel brings arrives as it was written, to exactly one recipient, or not at all."""

    def request(self, provider: Provider, name: str = "1", **changes: Any) -> Request:
        """A message that the channel can bring."""
        raise NotImplementedError

    def test_a_message_arrives(self, provider: Provider) -> None:
        """Its text, at its address, and nowhere else."""
        taken = self.arrived(provider, TEXT)
        assert taken.to == provider.address, "the recipient is `to` of the message"

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    def test_any_text_arrives_as_it_was_written(self, provider: Provider, text: str) -> None:
        """Every character of Unicode, and every sign that means something to some format."""
        can = capabilities_of(provider)
        if can.max_characters is not None and len(text) > can.max_characters:
            pytest.skip(f"the text is longer than max_characters, {can.max_characters}")
        self.arrived(provider, text)

    @pytest.mark.parametrize("sign", ["\0", "\x1b", "\udcff"], ids=["NUL", "escape", "half a character"])
    def test_what_no_text_holds_cuts_nothing_off(self, provider: Provider, sign: str) -> None:
        """A control character is refused, or left out or replaced; what stands after it arrives."""
        request = self.request(provider, text=f"antes{sign}depois")
        answer = ask(provider, request)
        taken = taken_of(provider, request)
        if isinstance(answer, PluginError):
            said = isinstance(answer, Unsupported | Rejected) and not taken
            assert said, f"refuse it by Unsupported or Rejected before anything leaves; it was {answer!r}"
        else:
            texts = [each.text for each in taken]
            whole = len(texts) == 1 and "antes" in texts[0] and "depois" in texts[0]
            assert whole, f"what stands before and after it must arrive; it was {texts!r}"

    def test_a_text_of_the_longest_length_arrives(self, provider: Provider) -> None:
        """`max_characters` are Unicode characters, neither bytes nor halves of them."""
        longest = capabilities_of(provider).max_characters
        if longest is None:
            pytest.skip("it declares no max_characters")
        self.arrived(provider, "ç" * longest)

    def test_a_longer_text_is_unsupported(self, provider: Provider) -> None:
        """The step's next channel may carry it: nothing is cut, and nothing leaves."""
        longest = capabilities_of(provider).max_characters
        if longest is None:
            pytest.skip("it declares no max_characters")
        self.nothing_leaves(provider, text="a" * (longest + 1))

    def test_a_very_long_text_arrives_whole(self, provider: Provider) -> None:
        """Who cannot carry it declares `max_characters`."""
        if capabilities_of(provider).max_characters is not None:
            pytest.skip("it declares max_characters")
        self.arrived(provider, "palavra " * (LONG // 8) + "fim")

    def test_attachments_arrive_byte_for_byte(self, provider: Provider) -> None:
        """With their names and types."""
        if not capabilities_of(provider).attachments:
            pytest.skip("it declares no attachments")
        taken = self.arrived(provider, TEXT, attachments=(PDF,))
        assert taken.attachments == (PDF,), "it declares attachments; give name, type and bytes as they are"

    def test_attachments_that_it_cannot_carry_are_unsupported(self, provider: Provider) -> None:
        """Nothing is left out without a word."""
        if capabilities_of(provider).attachments:
            pytest.skip("it declares attachments")
        self.nothing_leaves(provider, attachments=(PDF,))

    def test_html_goes_with_the_text(self, provider: Provider) -> None:
        """Where the channel declares it, it is used; where not, the text arrives."""
        taken = self.arrived(provider, TEXT, html=HTML)
        used = _lines(taken.html) == HTML
        declared = capabilities_of(provider).html
        assert used == declared, "its capabilities say whether `html` of the message is used; do as they say"

    @pytest.mark.parametrize("form", ["{0},{1}", "{0};{1}", "{0} {1}", "{0}\n{1}", "{0}\r\nBcc: {1}", "{0}\0{1}"])
    def test_an_address_is_one_recipient(self, provider: Provider, form: str) -> None:
        """Whatever it contains: a second one in it is not reached."""
        self.one_recipient(provider, to=form.format(provider.address, other_than(provider.address)))

    @pytest.mark.parametrize("form", ["{0} <{1}>", "<{0}>,<{1}>", '"{0}" <{1}>', "{0}(,{1})", "x:{0},{1};"])
    def test_an_address_is_no_list(self, provider: Provider, form: str) -> None:
        """Nor a name with another address behind it."""
        self.one_recipient(provider, to=form.format(provider.address, other_than(provider.address)))

    @pytest.mark.parametrize("form", ["Conta\r\nBcc: {0}", "Conta\nTo: {0}", "Conta\r\n\r\nolá", "Conta\u2028Cc: {0}"])
    def test_a_subject_adds_no_recipient(self, provider: Provider, form: str) -> None:
        """It is one line, whatever it contains."""
        self.one_recipient(provider, to=provider.address, subject=form.format(other_than(provider.address)))
        subjects = [each.subject for each in provider.taken()]
        assert not any("\n" in each or "\r" in each for each in subjects), f"a subject is one line; it was {subjects}"

    def arrived(self, provider: Provider, text: str, **changes: Any) -> Taken:
        """What arrives of a message: once, with its text."""
        request = self.request(provider, text=text, **changes)
        accepted(provider, request)
        taken = taken_of(provider, request)
        assert len(taken) == 1, "the provider must have taken it over once, for one recipient"
        assert _lines(taken[0].text) == _lines(text), "the text must arrive as it was written"
        return taken[0]

    def nothing_leaves(self, provider: Provider, **changes: Any) -> None:
        """Send what the channel cannot carry."""
        answer = ask(provider, self.request(provider, **changes))
        assert isinstance(answer, Unsupported), f"raise Unsupported before anything leaves; it was {answer!r}"
        assert not provider.taken(), "nothing may leave of what is unsupported"

    def one_recipient(self, provider: Provider, **changes: Any) -> None:
        """Send what would like to reach somebody else."""
        other = other_than(provider.address)
        answer = ask(provider, self.request(provider, **changes))
        recipients = [each.to for each in provider.taken()]
        assert len(recipients) <= 1, f"one message has one recipient, whatever is in it; there were {recipients}"
        assert other not in recipients, "it went to somebody whom the creditor never named"
        assert not isinstance(answer, Retryable), "it will never succeed: raise Rejected, or send it to one recipient"


def other_than(address: str) -> str:
    """Another address of that sort."""
    if "@" in address:
        return f"outra.{address}"
    return address[:-1] + ("0" if address[-1:] != "0" else "1")


def _lines(text: str) -> str:
    """A text with the ends of its lines as Python has them, and none at its end."""
    return text.replace("\r\n", "\n").rstrip("\n")
