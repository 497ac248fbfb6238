"""Personal data and secrets go to who needs them and nowhere else: no log, error, repr or event repeats them."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define, evolve, field, frozen
from counter import POLICY, Counter, People, facts_of, head, issued
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from tests.security.canaries import EMAIL, NAME, PASSWORD, PERSON, PHONE, REPLY, TOKEN, Listener, told_by

from regua import Engine, EventConflict, events
from regua.builtin.sqlite import SqliteStore
from regua.codec import encode_event, to_line
from regua.core.planning.schedule import Action
from regua.errors import SettingsError
from regua.plugins import hookimpl
from regua.ports import (
    ActionRequest,
    Attachment,
    Boleto,
    BoletoOrder,
    Capabilities,
    Message,
    PluginError,
    Receipt,
    Rejected,
    Retryable,
    Store,
    Unknown,
    Unsupported,
    WebhookRequest,
)

REMINDER = "2026-04-15 09:00"
OVERDUE = "2026-04-23 10:00"
CALL_DAY = "2026-05-04 10:00"


def words_about(message: Message) -> str:
    """What a provider may say, with everything that it should not."""
    local, _, _ = message.to.partition("@")
    return f"550 <{message.to.upper()}> {local} {NAME} ZENAIDE CANARIO 529982247/25 (11) 98765-1234"


def bug(message: Message) -> Receipt:
    """A bug of a plugin, with everything in its text, and a cause that says the same."""
    error = ValueError(words_about(message), message.text, message.variables)
    error.__cause__ = KeyError(message.text)
    raise error


def raising(make: Callable[[str], Exception]) -> Callable[[Message], Receipt]:
    """A channel that raises what is made of such words."""

    def answer(message: Message) -> Receipt:
        raise make(words_about(message))

    return answer


ANSWERS: dict[str, Callable[[Message], Any]] = {
    "accepted": lambda message: Receipt(reference="ref-1", reason=words_about(message)),
    "retryable": raising(lambda words: Retryable(timedelta(minutes=1), words)),
    "rejected": raising(Rejected),
    "point": raising(lambda words: Rejected(words, point_failed=True)),
    "unsupported": raising(Unsupported),
    "unknown": raising(Unknown),
    "bug": bug,
    "junk": lambda message: message.text,
    "bounced": lambda message: Receipt(status="bounced", reason=words_about(message)),
    "eaten": lambda message: Receipt(status="eaten", reason=words_about(message)),  # type: ignore[arg-type]
}


class Observer:
    """Looks the debtor up, and falls over it."""

    @hookimpl
    def regua_event_recorded(self, event: events.Event) -> None:
        """Raise what it found."""
        raise LookupError(f"{event.debtor} is {NAME}, {PHONE}")


def opened(store: Store, heard: Listener, *debtors: str, **parts: Any) -> Counter:
    """A counter whose debtors are all the same person, one for each answer of a channel, or these alone."""
    counter = Counter(store=store, parts={"log": heard, "plugins": [Observer()], **parts})
    for word in debtors or ANSWERS:
        counter.loja.record(*facts_of(word), issued(f"nf-{word}", word))
        records = {f"{word}-person": PERSON, f"{word}-email": {"address": EMAIL}, f"{word}-sms": {"address": PHONE}}
        counter.loja.keep(word, records)

    def answer(message: Message) -> Receipt:
        heard.hear("message", message)
        return ANSWERS[message.debtor](message)

    counter.email.answer = counter.sms.answer = answer
    return counter


@pytest.mark.one_python
def test_a_debtors_life(store: Store, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]):
    """Recorded, written to, answered in every way, called about, explained, erased: ids alone are told of it."""
    caplog.set_level(logging.DEBUG)
    heard, reader = Listener(), InMemoryMetricReader()
    meters = MeterProvider([reader], shutdown_on_exit=False)
    counter = opened(store, heard, executors={"people": Clumsy(heard=heard)}, telemetry=meters)
    for day in (REMINDER, "2026-04-15 09:30", OVERDUE, CALL_DAY):
        heard.hear("result", counter.run(day))
        heard.hear("next", counter.engine.next_wakeup())
    assert [each for each in counter.email.got if NAME in each.text]
    for unknown in list(counter.loja.unknowns()):
        heard.hear("unknown", unknown)
        counter.loja.resolve(unknown.action, sent=False, by="rui", reason=f"{NAME} (11) 98765-1234 said so")
    tell_everything(counter, heard)
    heard.hear("metrics", repr(reader.get_metrics_data()))
    for debtor in ANSWERS:
        counter.loja.erase(debtor)
    tell_everything(counter, heard)
    heard.hear("output", *capfd.readouterr())
    heard.records(caplog)
    places = {place for place, _ in heard.said}
    assert {"message", "request", "log", "event", "history", "explanation", "unknown", "metrics"} <= places
    assert heard.leaks == []


@define
class Clumsy(People):
    """A desk that falls over whom it is to call."""

    heard: Listener = field(factory=Listener)

    def run(self, request: ActionRequest) -> Receipt:
        """Fall."""
        self.heard.hear("request", request)
        raise OSError(f"no desk for {dict(request.person)}")


def tell_everything(counter: Counter, heard: Listener) -> None:
    """Everything that may be shown of debtors to whom it is not about."""
    loja = counter.loja
    heard.hear("objects", counter.engine, loja, counter.store)
    for debtor in loja.debtors():
        heard.hear(
            "event", *map(repr, loja.events(debtor)), *(to_line(encode_event(each)) for each in loja.events(debtor))
        )
        heard.hear("history", loja.history(debtor))
        heard.hear("explanation", loja.explain(debtor))
        heard.hear("schedule", loja.schedule(debtor))
        heard.hear("outbox", counter.store.load("loja", debtor).outbox)


def test_the_logger_regua(store: Store, caplog: pytest.LogCaptureFixture):
    """Where the host gives no logger; its own handlers see what went wrong, and of whom, by ids."""
    caplog.set_level(logging.DEBUG)
    heard = Listener()
    counter = opened(store, heard, "accepted", "bug", "junk", log=None)
    counter.run(REMINDER)
    counter.run(OVERDUE)
    heard.records(caplog)
    assert any("trace=" in text and "test_canaries.py:" in text for place, text in heard.said if place == "logging")
    assert heard.leaks == []


def test_calls_of_providers(store: Store, caplog: pytest.LogCaptureFixture):
    """Good, forged, unreadable, about nobody, and such that the plugin falls over them."""
    caplog.set_level(logging.DEBUG)
    heard = Listener()
    counter = opened(store, heard, "accepted")
    counter.run(REMINDER)
    body = json.dumps({"from": PHONE, "name": NAME, "text": REPLY, "cpf": PERSON["cpf"]}).encode()
    headers, path = {"Signature": "ours", "From": EMAIL}, f"/hooks/email?to={PHONE}&token={TOKEN}"
    request = WebhookRequest(path=path, headers=headers, body=body, received_at=counter.at)
    heard.hear("call", request)

    def receive(said: Any = (), **change: Any) -> Any:
        counter.email.said = said
        return counter.engine.receive("email", evolve(request, **change))

    reply = events.ReplyReceived(channel="email", text="reply-1", **head("r-1", "accepted", "2026-04-15 10:00"))
    heard.hear(
        "recorded",
        receive(
            [reply, Receipt(status="bounced", key=counter.email.got[0].key, reason=words_about(counter.email.got[0]))]
        ),
    )
    counter.loja.keep("accepted", {"reply-1": {"text": REPLY}})
    heard.raised(lambda: receive(headers={"Signature": f"forged {TOKEN}"}), Rejected)
    heard.raised(lambda: receive([body]), PluginError)
    heard.raised(lambda: receive([evolve(reply, id="other", debtor="accepted"), {"name": NAME}]), PluginError)
    heard.raised(lambda: receive([evolve(reply, channel="sms")]), EventConflict)
    for fall in (ValueError, Retryable, Rejected, KeyError, SystemExit):
        error = heard.raised(lambda fall=fall: receive(Falls(fall, body.decode())), PluginError)
        assert type(error) is (Rejected if fall is Rejected else PluginError)
        assert error.__cause__ is error.__context__ is None
    heard.raised(lambda: counter.engine.receive("fax", request))
    tell_everything(counter, heard)
    heard.records(caplog)
    assert heard.leaks == []


@frozen
class Falls:
    """Something to be read at which a plugin falls over."""

    kind: type[BaseException]
    text: str

    def __iter__(self) -> Iterator[Receipt]:
        """Fall."""
        words = {Rejected: "unreadable", Retryable: None}.get(self.kind, self.text)
        error = self.kind(words)
        error.__cause__ = UnicodeError(self.text)
        raise error


def test_what_is_refused(store: Store):
    """Personal data that cannot be kept, facts that contradict others, instants without a zone."""
    heard = Listener()
    counter = opened(store, heard, "bug")
    heard.raised(lambda: counter.loja.keep("bug", {"bug-email": {"address": EMAIL + "\ud800"}}))
    heard.raised(lambda: counter.loja.keep("bug", {"bug-email": {"address": [EMAIL]}}))
    heard.raised(lambda: counter.loja.keep("bug", {"bug-email": {"address": EMAIL.encode()}}))
    heard.raised(lambda: counter.loja.record(issued("nf-bug", "bug", amount="9.00")))
    heard.raised(lambda: counter.loja.record(issued("nf-bug", "bug", creditor="other")))
    heard.raised(lambda: counter.loja.record({"name": NAME}))
    heard.raised(lambda: counter.loja.keep("bug", {"bug-email": {"address": EMAIL}}, using=NAME))
    assert heard.leaks == []


RULES = {
    "SqliteStore": "CREATE TRIGGER no_more BEFORE INSERT ON regua_person "
    "BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: host_rule'); END",
    "PostgresStore": "ALTER TABLE regua_person ADD CONSTRAINT host_rule CHECK (ref = '') NOT VALID",
}
"""What refuses every row of personal data, as where a host has added a rule of its own."""


def test_a_table_that_refuses_a_row(store: Store):
    """Databases like to show the whole row."""
    heard = Listener()
    counter = opened(store, heard, "bug")
    rule = RULES.get(type(store).__name__)
    if rule is None:
        pytest.skip("a store in memory has no tables")
    with store._connections.using() as connection:  # type: ignore[attr-defined]  # noqa: SLF001
        connection.execute(rule)
    heard.raised(lambda: counter.loja.keep("bug", {"bug-email": {"address": f"new.{EMAIL}", **PERSON}}))
    assert heard.leaks == []


MANY = [issued(f"nf-{number}", "bug") for number in range(500)]


def test_a_disk_that_is_full(tmp_path: Path):
    """While it keeps somebody, and while it sends."""
    heard = Listener()
    with closing(SqliteStore.open(f"sqlite:///{tmp_path}/r.sqlite3")) as store:
        counter = opened(store, heard, "bug")
        with store._connections.using() as connection:  # noqa: SLF001
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")
        heard.raised(lambda: counter.loja.keep("bug", {f"r{n}": {"note": NAME * 20} for n in range(500)}))
        heard.raised(lambda: heard.hear("result", counter.run(OVERDUE)) or counter.loja.record(*MANY))
    heard.raised(lambda: counter.loja.keep("bug", {"bug-email": {"address": EMAIL}}))
    assert heard.leaks == []


def action_of(counter: Counter) -> Action:
    """Any."""
    action: Action = counter.loja.schedule("bug").all[0]
    return action


def test_what_plugins_get_may_be_logged_as_it_prints(store: Store):
    """Every value of the ports that holds personal data, and what is made of them."""
    from regua.cli.people import Person
    from regua.documents import record
    from regua.engine.errands import Errand
    from regua.engine.settings import PluginSettings, Settings
    from regua.messages import Rendered

    heard = Listener()
    counter = opened(store, heard, "bug")
    person = record({"cpf": PERSON["cpf"], "name": NAME})
    file = Attachment(name="boleto.pdf", media_type="application/pdf", content=NAME.encode())
    message = Message(
        key="k",
        creditor="loja",
        debtor="bug",
        channel="email",
        actions=("a",),
        to=EMAIL,
        subject=NAME,
        text=NAME,
        html=NAME,
        attachments=(file,),
        variables={"debtor_name": NAME},
    )
    heard.hear(
        "repr",
        file,
        message,
        ActionRequest(key="k", action=action_of(counter), person=PERSON, creditor={"name": NAME}),
        Receipt(raw=NAME.encode()),
        WebhookRequest(path=f"/?token={TOKEN}", headers={"from": EMAIL}, body=NAME.encode(), received_at=0),
        Boleto(
            instrument="b",
            reference="r",
            nosso_numero="1",
            line=PERSON["cpf"],
            barcode=PHONE,
            amount=issued().amount,
            due=issued().due,
            status="paid",
            pix=NAME,
            raw=NAME.encode(),
        ),
        BoletoOrder(
            key="k",
            instrument="b",
            number=1,
            receivable="nf",
            issued_on=issued().due,
            amount=issued().amount,
            due=issued().due,
            payer=PERSON,
        ),
        Person(line=1, creditor="loja", debtor="bug", ref="r", fields=person),
        Rendered(subject=NAME, text=NAME, language="pt-BR"),
        Errand(
            channel="email",
            key="k",
            content=NAME.encode(),
            point="email",
            reports_delivery=False,
            longest_us=1,
            personal=frozenset(PERSON.values()),
            call=lambda: message,
        ),
        Mailer.Config(host="mx", password=PASSWORD),
        Settings(store_url=f"postgresql://regua:{TOKEN}@db/regua"),
        PluginSettings(use="mail", config={"password": PASSWORD}),
        counter.loja.dossier("bug"),
    )
    assert heard.leaks == []


@frozen(kw_only=True)
class MailerConfig:
    """Keys of a channel that sends e-mail."""

    host: str
    password: str = field(repr=False)
    port: int = 25


class Mailer:
    """A channel that cannot be made."""

    Config = MailerConfig
    name = "mail"
    capabilities = Capabilities()

    def __init__(self, config: MailerConfig) -> None:
        raise OSError(f"535 {config.password} refused for {config}")

    def send(self, message: Message) -> Receipt:
        """Never."""
        raise NotImplementedError(message)

    def close(self) -> None:
        """Nothing."""


class Mail:
    """The plugin of that channel."""

    @hookimpl
    def regua_channels(self) -> list[Any]:
        """The one."""
        return [Mailer]


SETTINGS = """\
format = 1
[store]
url = {url}
[creditor.loja]
policies = ["loja.toml"]
name = "Loja"
document = "11.222.333/0001-81"
address = "Rua A"
[channel.email]
use = "mail"
host = "mx"
{keys}
[channel.sms]
use = "folder"
path = "outbox"
"""


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ('"sqlite:///r.sqlite3"', 'password = "env:MAIL_PASSWORD"'),
        ('"sqlite:///r.sqlite3"', f'password = "{PASSWORD}"'),
        ('"sqlite:///r.sqlite3"', f'password = ["{PASSWORD}"]'),
        ('"sqlite:///r.sqlite3"', f'passwort = "{PASSWORD}"'),
        ('"sqlite:///r.sqlite3"', f'password = "{PASSWORD}"\nport = "env:MAIL_PASSWORD"'),
        ('"sqlite:///r.sqlite3"', f'password = "{PASSWORD}'),
        (f'"postgresql://regua:{TOKEN}@127.0.0.1:1/none?connect_timeout=1"', 'password = "env:MAIL_PASSWORD"'),
        (f'"postgresql://regua:{TOKEN}@[::1"', 'password = "env:MAIL_PASSWORD"'),
        (f'"postgres://regua:{TOKEN}@db/none"', 'password = "env:MAIL_PASSWORD"'),
        (f'"sqlite://regua:{TOKEN}@db/none"', 'password = "env:MAIL_PASSWORD"'),
        (f'"{TOKEN}@db"', 'password = "env:MAIL_PASSWORD"'),
        ('"env:STORE_URL"', 'password = "env:MAIL_PASSWORD"'),
        (f'["postgresql://regua:{TOKEN}@db"]', 'password = "env:MAIL_PASSWORD"'),
    ],
)
def test_secrets_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Any, url: str, keys: str):
    """A password of a channel and the one in a store's URL: whatever is wrong, the message does not repeat them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    monkeypatch.setenv("STORE_URL", f"postgresql:regua:{TOKEN}@db")
    Path("regua.toml").write_text(SETTINGS.format(url=url, keys=keys), encoding="utf-8")
    Path("loja.toml").write_text(POLICY, encoding="utf-8")
    heard = Listener()
    error = heard.raised(lambda: Engine.open("regua.toml", plugins=[Mail()], log=heard))
    assert isinstance(error, SettingsError)
    heard.hear("command", *map(str, call("run", "--once", "--debug")))
    assert heard.leaks == []


@pytest.mark.parametrize(
    "url", [f"postgresql://regua:{TOKEN}@[", f"sqlite://{TOKEN}@x/y", TOKEN, f"{TOKEN}@db:5432", f"mysql://u:{TOKEN}@d"]
)
def test_secrets_of_a_url_that_the_host_gives(url: str):
    """The same of what is no file's."""
    heard = Listener()
    heard.raised(lambda: Engine.open(store=url, creditors={}, log=heard), SettingsError)
    assert heard.leaks == []


def test_the_canaries_sing(store: Store):
    """They are found where they are meant to be: in what a debtor reads and in what is kept for the next message."""
    counter = opened(store, Listener(), "bug")
    counter.run(REMINDER)
    message = counter.email.got[0]
    assert told_by(message.text) == ["zenaide", "canario"]
    assert told_by(f"{message.to} {counter.store.kept('loja', 'bug')}") == [
        *("zenaide", "canario", "canarinho"),
        *("52998224725", "11444777000161", "11987651234"),
    ]
