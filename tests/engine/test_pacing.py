"""How often and how fast a channel is tried: retries, rate limit, breaker; from `regua.toml` and for objects."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from counter import IDENTITY, POLICY, Counter, Line, clock
from test_settings import Loft
from test_unknowns import IDEMPOTENT, SETTLED, busy, silent, took

from regua import Engine
from regua.builtin.memory import MemoryStore
from regua.engine.log import default_log
from regua.engine.pacing import Pace, Pacing, Rate, to_span
from regua.engine.settings import read_settings
from regua.errors import SettingsError
from regua.plugins import Registry
from regua.ports import Store

REMINDER = "2026-04-15 09:00"
SECOND = 10**6


def opened(store: Store, pacing: Pacing, debtors: int = 1, **parts: object) -> Counter:
    """An engine with debtors who are to be reminded at nine."""
    counter = Counter(store=store, parts={"pacing": {"email": pacing}, **parts})
    counter.bill_others(*(f"d{number}" for number in range(debtors)))
    counter.at = clock(REMINDER)
    return counter


def test_a_channel_says_how_often_it_is_tried(memory: Store):
    """Twice, ten seconds apart; then it counts as refused."""
    counter = opened(memory, Pacing(attempts=2, pause="10s", longest_pause="1m"))
    counter.email.answer = busy
    assert counter.run() == {"retried": 1}
    counter.later(seconds=9)
    assert counter.run() == {}
    counter.later(seconds=3)
    assert counter.run() == {"failed": 1}
    assert len(counter.email.got) == 2


def test_pauses_double_up_to_the_longest():
    """And are spread by the action's id, the same again."""
    pacing = Pacing(pause="10s", longest_pause="1m")
    assert [pacing.pause_us(times) // SECOND for times in (1, 2, 3, 4, 5, 60)] == [10, 20, 40, 60, 60, 60]
    assert 10 * SECOND <= pacing.backoff("abcd1234", 1, None) <= 12 * SECOND
    assert pacing.backoff("abcd1234", 1, timedelta(minutes=9)) == 540 * SECOND


def test_a_rate_is_kept(store: Store):
    """Two a minute: the others are pending until then, and no attempt of theirs is spent."""
    counter = opened(store, Pacing(rate="2/m"), debtors=5)
    assert counter.run() == {"sent": 2, "retried": 3}
    waiting = list(store.due("loja", until_us=2**62, limit=9))
    assert {(row.reason, row.attempts) for row in waiting} == {("rate-limited", 0)}
    counter.at += timedelta(seconds=59, microseconds=999_999)
    assert counter.run() == {}
    counter.at += timedelta(microseconds=1)
    assert counter.run()["sent"] == 1
    for _ in range(4):
        counter.later(seconds=30)
        counter.run()
    assert len(counter.email.got) == 5
    assert [message.attempt for message in counter.email.got] == [1] * 5


def test_a_rate_is_shared(memory: Store):
    """Of four engines each takes a quarter."""
    counter = opened(memory, Pacing(rate="8/m"), debtors=5, share=4)
    assert counter.run()["sent"] == 2
    assert Rate.parse("60/m").shared(4) == Rate(15, timedelta(minutes=1))
    assert Rate.parse("2/m").shared(4) == Rate(1, timedelta(minutes=2))
    assert Rate.parse("1/30s").shared(1) == Rate(1, timedelta(seconds=30))


def test_what_a_rate_holds_back_lapses_in_its_time(memory: Store):
    """The plan decides when it may still go: a reminder goes until the due date, two a day for three days."""
    counter = opened(memory, Pacing(rate="1/d"), debtors=8)
    for _ in range(20):
        counter.run()
        counter.later(hours=11)
    states = counter.state_of(*(f"d{number}" for number in range(8)))
    assert "suppressed" in states
    assert set(states) <= {"sent", "suppressed", "pending"}


def test_a_channel_that_does_not_answer_is_left_in_peace(memory: Store, caplog: pytest.LogCaptureFixture):
    """After three failures in a row nothing is sent by it for a minute; then one tries, and the rest follows."""
    counter = opened(memory, Pacing(breaker=3), debtors=6)
    counter.email.answer = silent
    with caplog.at_level(logging.WARNING, "regua"):
        assert counter.run() == {"unknown": 3, "retried": 3}
        assert "does not answer" in caplog.text
        waiting = memory.due("loja", until_us=2**62, limit=9)
        assert {(row.reason, row.attempts) for row in waiting} == {("channel-paused", 0)}
        counter.at += timedelta(seconds=59, microseconds=999_999)
        assert counter.run() == {}
        counter.at += timedelta(microseconds=1)
        counter.email.answer = took
        assert counter.run() == {"sent": 3}
        assert "answers again" in caplog.text


def test_the_one_that_tries_it_fails_and_the_pause_doubles(memory: Store):
    """One message is spent on it, not all."""
    counter = opened(memory, Pacing(breaker=2), debtors=5)
    counter.email.answer = silent
    assert counter.run() == {"unknown": 2, "retried": 3}
    counter.later(seconds=60)
    assert counter.run() == {"unknown": 1, "retried": 2}
    counter.later(seconds=119)
    assert counter.run() == {}
    counter.email.answer = took
    counter.later(seconds=1)
    assert counter.run() == {"sent": 2}


def test_a_refusal_is_an_answer():
    """Only who does not answer is left in peace."""
    pace = Pace("email", Pacing(breaker=2), default_log())
    for outcome in ("unknown", "permanent", "unknown", "accepted", "transient"):
        pace.heard(outcome, 0)
    assert pace.admit(0) is None
    pace.heard("transient", 0)
    assert pace.admit(0) == (60 * SECOND, "channel-paused")


def test_a_breaker_may_be_left_out(memory: Store):
    """Nothing is held back."""
    counter = opened(memory, Pacing(breaker=0), debtors=15)
    counter.email.answer = silent
    assert counter.run() == {"unknown": 15}


def test_a_clock_that_went_back_pauses_nothing_for_ever():
    """What was sent or paused later than now counts no more."""
    pace = Pace("email", Pacing(breaker=1, rate="1/m"), default_log())
    assert pace.admit(10**12) is None
    pace.heard("unknown", 10**12)
    assert pace.admit(10**12) is not None
    assert pace.admit(0) is None


def test_what_is_sent_again_keeps_the_rate(memory: Store):
    """It waits, unknown, until there is room."""
    counter = opened(memory, Pacing(rate="1/5m"))
    counter.email.answer, counter.email.capabilities = silent, IDEMPOTENT
    assert counter.run() == {"unknown": 1}
    counter.email.answer = took
    counter.at += SETTLED
    assert counter.run() == {}
    counter.later(minutes=4)
    assert counter.run() == {"sent": 1}


TOML = """\
format = 1
[store]
url = "memory:"
[creditor.loja]
policies = ["loja.toml"]
name = "{name}"
document = "{document}"
address = "{address}"
[channel.email]
use = "console"
{keys}
[channel.sms]
use = "console"
"""


def written(folder: Path, keys: str) -> Path:
    """A `regua.toml` whose channel has these keys."""
    (folder / "loja.toml").write_text(POLICY, encoding="utf-8")
    (folder / "regua.toml").write_text(TOML.format(**IDENTITY, keys=keys), encoding="utf-8")
    return folder / "regua.toml"


def test_a_file_says_it_beside_the_keys_of_the_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Values may stand in the environment."""
    monkeypatch.setenv("RATE", "60/m")
    keys = 'attempts = 3\npause = "30s"\nlongest_pause = "10m"\nrate = "env:RATE"\nbreaker = 4'
    config = written(tmp_path, keys)
    settings = read_settings(config, Registry.discover())
    expected = Pacing(attempts=3, pause="30s", longest_pause="10m", rate="60/m", breaker=4)
    assert settings.pacing == {"email": expected, "sms": Pacing()}
    with Engine.open(config) as engine:
        assert engine.creditors == ("loja",)


def test_a_key_that_the_plugin_has_itself_is_the_plugins(tmp_path: Path):
    """The others say how it is tried."""
    config = written(tmp_path, "")
    text = config.read_text(encoding="utf-8").replace(
        '[channel.email]\nuse = "console"', '[channel.email]\nuse = "pidgeon"\nurl = "x"\nattempts = 7\npause = "2m"'
    )
    config.write_text(text, encoding="utf-8")
    section = read_settings(config, Registry.discover(Loft())).channels["email"]
    assert (section.config.attempts, section.pacing) == (7, Pacing(pause="2m"))


def test_objects_are_tried_as_they_are_given(tmp_path: Path):
    """Before what the file says of that name."""
    pacing = {"email": Pacing(attempts=1)}
    with Engine.open(written(tmp_path, "attempts = 3"), store=MemoryStore(), pacing=pacing) as engine:
        assert engine._parts.pacing["email"].attempts == 1  # noqa: SLF001
        assert engine._parts.pacing["sms"].attempts == 5  # noqa: SLF001


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("attempts = 0", "'attempts' takes a whole number from 1"),
        ('pause = "soon"', "'soon' is not a span of time"),
        ('rate = "many"', "'many' is not a rate"),
        ('pause = "2h"', "longest_pause is no shorter than pause"),
        ("breaker = -1", "'breaker' takes a whole number from 0"),
        ("atempts = 3", "did you mean 'attempts'"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_line(tmp_path: Path, keys: str, told: str):
    """As every problem of the file."""
    with pytest.raises(SettingsError) as caught:
        read_settings(written(tmp_path, keys), Registry.discover())
    [problem] = caught.value.diagnostics
    assert told in str(problem)


@pytest.mark.parametrize(
    "given",
    [
        {"attempts": 0},
        {"pause": timedelta(0)},
        {"longest_pause": "1s"},
        {"breaker": -1},
        {"rate": "0/m"},
        {"pause": "1"},
        {"pause": 5},
        {"rate": 60},
    ],
)
def test_what_an_object_cannot_mean_is_refused(given: dict[str, object]):
    """At once."""
    with pytest.raises(SettingsError):
        Pacing(**given)  # type: ignore[arg-type]
    assert to_span("500ms") == timedelta(milliseconds=500)


def test_a_line_is_a_channel():
    """The double of these tests."""
    assert Line().capabilities.delivery == "blind"
