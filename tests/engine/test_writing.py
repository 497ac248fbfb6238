"""What the engine has written, for each channel as it declares."""

from datetime import date

import pytest
from counter import Counter, Line, clock, head, issued

from regua import Money, events
from regua.builtin.memory import MemoryStore
from regua.engine import CreditorSettings
from regua.ports import Capabilities

REMINDER = "2026-04-15 09:00"
OVERDUE = "2026-04-23 10:00"
ONLY_CALLS = """
format = 1
[policy]
id = "loja"
calendar = "br-bancario"
[[step]]
id = "ligacao"
at = "D+12 10:00"
kind = "task"
queue = "cobranca"
"""


def counter(**channels: Capabilities) -> Counter:
    """A debtor who can be reached by e-mail and SMS, and owes R$ 150,00 since 18 April."""
    lines = {name: Line(name=name, capabilities=each) for name, each in channels.items()}
    made = Counter(store=MemoryStore(), **lines)
    made.open_account()
    made.bill()
    return made


def test_html_goes_to_channels_that_declare_it():
    """The text is there in any case, and says the same."""
    made = counter(email=Capabilities(html=True))
    made.run(REMINDER)
    [message] = made.email.got
    assert message.text.startswith("Olá, Ana Souza.\n")
    assert "<p>Olá, Ana Souza.</p>" in message.html
    assert message.language == "pt-BR"


def test_channels_that_do_not_declare_it_get_none():
    """Nor does an SMS, whatever its channel declares."""
    made = counter(email=Capabilities(), sms=Capabilities(html=True))
    made.run(REMINDER)
    made.run(OVERDUE)
    assert [message.html for message in (*made.email.got, *made.sms.got)] == ["", ""]


def test_a_text_that_is_too_long_goes_by_the_next_channel():
    """It is never cut: what the debtor has to know may stand at its end."""
    made = counter(sms=Capabilities(max_characters=100))
    assert made.run(OVERDUE) == {"retried": 1, "sent": 1}
    assert (made.sms.got, made.email.steps) == ([], ["atraso"])
    [failed] = [each for each in made.loja.events("ana") if isinstance(each, events.ActionFailed)]
    assert failed.reason == "the text is longer than the 100 characters that the channel takes"


def test_a_text_that_just_fits_is_sent():
    """Counted in characters."""
    made = counter(sms=Capabilities(max_characters=1000))
    made.run(OVERDUE)
    [message] = made.sms.got
    again = counter(sms=Capabilities(max_characters=len(message.text)))
    assert again.run(OVERDUE) == {"sent": 1}


def offered(
    name: str = "o1", *, receivables: tuple[str, ...] = ("nf-1",), until: str = "2026-04-30"
) -> events.OfferMade:
    """Of R$ 140,00, made on 20 April."""
    return events.OfferMade(
        offer=name,
        receivables=receivables,
        amount=Money.of("140.00"),
        valid_until=date.fromisoformat(until),
        **head(name, "ana", "2026-04-20 09:00"),
    )


def told_of(*facts: events.Event) -> tuple[str, str]:
    """The offer that the message on 23 April knew of."""
    made = counter(sms=Capabilities())
    made.at = clock("2026-04-21")
    made.loja.record(*facts)
    made.run(OVERDUE)
    [message] = made.sms.got
    return message.variables["offer_amount"], message.variables["offer_until"]


def test_an_open_offer_is_told():
    """With its last day."""
    assert told_of(offered()) == ("R$ 140,00", "30/04/2026")


@pytest.mark.parametrize(
    "facts",
    [
        [],
        [offered(until="2026-04-22")],
        [offered(receivables=("nf-1", "nf-2"))],
        [offered(), events.OfferDeclined(offer="o1", **head("d", "ana", "2026-04-20 10:00"))],
        [offered(), events.EventRetracted(event="o1", reason="wrong", **head("r", "ana", "2026-04-20 10:00"))],
    ],
    ids=["none", "past", "of something else", "declined", "retracted"],
)
def test_no_other_offer_is_told(facts: list[events.Event]):
    """Past, about something else, answered, or never made."""
    assert told_of(issued("nf-2", due="2026-09-01"), *facts) == ("", "")


def test_who_phones_gets_a_script():
    """With the name, what is owed and what not to do; the repr of the request shows none of it."""
    made = counter()
    made.run("2026-05-04 10:00")
    [request] = made.people.got
    assert "Posso falar com Ana Souza?" in request.script
    assert "- Conta a pagar nf-1: R$ 150,00" in request.script
    assert "Ana" not in repr(request)


def test_a_call_is_asked_for_without_a_script_where_none_can_be_written():
    """Of a creditor who is not identified as a message must be."""
    made = Counter(store=MemoryStore(), policies=(ONLY_CALLS,))
    made.engine = made.another(creditors={"loja": CreditorSettings(policies=(ONLY_CALLS,), name="Loja")})
    made.open_account()
    made.bill()
    made.run("2026-05-04 10:00")
    assert [request.script for request in made.people.got] == [""]
