"""The contracts of plugins are tested themselves: each of their tests catches a plugin that is broken in one place."""

import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple, get_args

import pytest
from tests.testing.broken_plugins import BROKEN, Broken, CannotBeAsked
from tests.testing.sound_plugins import SmallChannel, SoundChannel, SoundExecutor, Wire

from regua.core.calendars import WeekdayCalendar
from regua.testing.contracts import (
    BEHAVIOURS,
    Behaviour,
    CalendarContract,
    ChannelContract,
    ExecutorContract,
    Provider,
    WebhookContract,
)
from regua.testing.contracts.answers import MEANT

pytestmark = pytest.mark.one_python


class TestSoundChannel(ChannelContract, WebhookContract):
    @pytest.fixture
    def provider(self) -> Wire:
        """One that carries everything."""
        return Wire(SoundChannel)


class TestSmallChannel(ChannelContract):
    @pytest.fixture
    def provider(self) -> Wire:
        """One that declares little."""
        return Wire(SmallChannel)


class TestSoundExecutor(ExecutorContract):
    @pytest.fixture
    def provider(self) -> Wire:
        """One of two kinds."""
        return Wire(SoundExecutor)


class TestWeekdays(CalendarContract):
    @pytest.fixture
    def calendar(self) -> WeekdayCalendar:
        """Without holidays."""
        return WeekdayCalendar()


class Failure(NamedTuple):
    """A test of a contract that a plugin does not pass."""

    test: object
    argument: str
    why: str


KNOWN: dict[Broken, list[Failure]] = {}


def arguments(test: Any) -> list[dict[str, Any]]:
    """With what a test is called, beside its fixtures: once for each."""
    marks = [mark.args for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    return [{name: value} for name, values in marks for value in values] or [{}]


def failures(broken: Broken, request: pytest.FixtureRequest) -> list[Failure]:
    """How a broken plugin fails the test that is to catch it; tried once."""
    if broken not in KNOWN:
        KNOWN[broken] = [*tried(broken, request)]
    return KNOWN[broken]


def tried(broken: Broken, request: pytest.FixtureRequest) -> Iterator[Failure]:
    """The same, tried now."""
    test = getattr(broken.contract, broken.test)
    fixtures = {"caplog", "monkeypatch", "recwarn"} & {*inspect.signature(test).parameters}
    for argument in arguments(test):
        plugin = broken.plugin() if broken.contract is CalendarContract else Wire(broken.plugin)
        given = argument | {name: request.getfixturevalue(name) for name in fixtures}
        try:
            test(broken.contract(), plugin, **given)
        except (AssertionError, pytest.fail.Exception) as error:
            yield Failure(test, repr(argument), str(error))
        except pytest.skip.Exception:
            continue


@pytest.mark.parametrize("broken", BROKEN, ids=lambda each: f"{each.plugin.__name__}-{each.test}")
def test_a_broken_plugin_is_caught(broken: Broken, request: pytest.FixtureRequest):
    """By the test that is meant for it, in words that say what to do."""
    found = failures(broken, request)
    assert found
    assert [each for each in found if not each.why] == []


def test_every_test_of_a_contract_catches_something(request: pytest.FixtureRequest):
    """With each of its arguments: none of them passes whatever a plugin does."""
    contracts = (ChannelContract, ExecutorContract, WebhookContract, CalendarContract)
    tests = {getattr(each, name) for each in contracts for name in dir(each) if name.startswith("test_")}
    caught = {(found.test, found.argument) for each in BROKEN for found in failures(each, request)}
    assert {(test, repr(argument)) for test in tests for argument in arguments(test)} - caught == set()


def test_what_is_declared_and_cannot_be_tried_fails():
    """It is not skipped: nobody would see that nothing was tried."""
    contract, provider = WebhookContract(), Wire(SoundChannel)
    provider.call = Provider.call.__get__(provider)  # type: ignore[method-assign]
    with pytest.raises(pytest.fail.Exception, match="it reports 'delivered'"):
        contract.test_what_it_says_is_normalised(provider, "delivered")
    with pytest.raises(pytest.skip.Exception, match="no word for 'bounced'"):
        contract.test_what_it_says_is_normalised(provider, "bounced")
    with pytest.raises(pytest.fail.Exception, match="give the provider of the test call"):
        ChannelContract().test_what_is_done_later_can_be_told(provider)
    with pytest.raises(AssertionError, match="give it find"):
        ChannelContract().test_a_key_that_nobody_sent_is_not_found(Wire(CannotBeAsked))


def test_what_a_provider_cannot_do_is_skipped_with_the_reason():
    """Nothing that was not tried looks as if it had passed."""
    provider = Wire(SoundChannel)
    provider.behave = Provider.behave.__get__(provider)  # type: ignore[method-assign]
    with pytest.raises(pytest.skip.Exception, match="cannot behave 'busy' with a Retry-After: says that"):
        ChannelContract().test_how_long_to_wait_is_read(provider, "seconds")


def test_every_behaviour_is_described_and_means_something():
    """A provider that behaves well is tried by every test, one that hangs by a test of its own."""
    assert {*BEHAVIOURS} == {*get_args(Behaviour)} == {*MEANT, "well", "hangs"}
