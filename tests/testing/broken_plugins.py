"""Plugins that are broken in one place each, for the contracts to catch, each with the test that catches it."""
# ruff: noqa: D102 - the class says what is broken

import hmac
import logging
import os
import re
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote

import structlog
from attrs import evolve, field, frozen
from tests.testing.sound_plugins import (
    TOKEN,
    Asking,
    Reply,
    SmallChannel,
    SoundChannel,
    SoundExecutor,
    WireConfig,
)

from regua.core.calendars import Place
from regua.ports import (
    ActionRequest,
    Capabilities,
    Message,
    PluginError,
    Receipt,
    Rejected,
    Retryable,
    Unknown,
    Unsupported,
    WebhookRequest,
)
from regua.testing.contracts import CalendarContract, ChannelContract, ExecutorContract, Taken, WebhookContract


class Broken(NamedTuple):
    """A broken plugin, and what catches it."""

    contract: type[Any]
    test: str
    plugin: type[Any]


BROKEN: list[Broken] = []
_ADDRESS = re.compile(r"[^\s,;:<>\"()\0]+@[^\s,;:<>\"()\0]+")


def caught_by(contract: type[Any], *tests: str) -> Callable[[type[Any]], type[Any]]:
    """Say which tests of a contract catch a plugin."""

    def of(plugin: type[Any]) -> type[Any]:
        BROKEN.extend(Broken(contract, f"test_{test}", plugin) for test in tests)
        return plugin

    return of


# what a plugin declares


@caught_by(ChannelContract, "it_has_the_members_of_the_port")
class HasNoName(SoundChannel):
    """Nobody can use it."""

    name = ""


@caught_by(ChannelContract, "it_declares_the_same_each_time")
class ChangesItsMind(SoundChannel):
    """Is blind once it has sent."""

    def send(self, message: Message) -> Receipt:
        self.capabilities = Capabilities()
        return super().send(message)


@caught_by(ChannelContract, "it_is_given_back_once_or_twice")
class ClosesOnce(SoundChannel):
    """Cannot be closed again."""

    def close(self) -> None:
        del self.wire


# answers


@caught_by(ChannelContract, "what_the_provider_takes_over_is_accepted")
class DoubtsEverything(SoundChannel):
    """Knows nothing of what was accepted."""

    def send(self, message: Message) -> Receipt:
        return evolve(super().send(message), status="unknown")


@caught_by(ChannelContract, "the_answer_is_kept_as_it_came")
class KeepsNothing(SoundChannel):
    """Throws the answer away."""

    def send(self, message: Message) -> Receipt:
        return evolve(super().send(message), raw=b"")


class RaisesAlways(SoundChannel):
    """Makes one error of all."""

    def always(self) -> PluginError:
        raise NotImplementedError

    def understood(self, reply: Reply) -> Receipt:
        if reply.status == 202 and reply.body != b"?":
            return super().understood(reply)
        raise self.always()

    def raised(self, error: OSError) -> PluginError:  # noqa: ARG002 - the bug
        return self.always()


@caught_by(ChannelContract, "an_error_says_what_is_certain", "a_provider_that_hangs_is_left_in_time")
class TriesAllAgain(RaisesAlways):
    """Takes every failure for a passing one."""

    def always(self) -> PluginError:
        return Retryable()


@caught_by(ChannelContract, "an_error_says_what_is_certain", "how_long_to_wait_is_read")
class GivesUp(RaisesAlways):
    """Takes every failure for a refusal."""

    def always(self) -> PluginError:
        return Rejected("no")


@caught_by(ChannelContract, "an_error_says_what_is_certain")
class RaisesWhatComes(SoundChannel):
    """Leaves the errors of its library as they are."""

    def ask(self, sent: list[Taken]) -> Receipt:
        return self.understood(self.wire.ask(sent, timeout=self.config.patience))


@caught_by(ChannelContract, "nothing_is_sent_again_by_itself")
class TriesTwice(SoundChannel):
    """Sends again what came to nothing, and sends no key."""

    capabilities = Capabilities(send_timeout=timedelta(seconds=1))

    def written(self, message: Message) -> list[Taken]:
        return [evolve(each, key="") for each in super().written(message)]

    def ask(self, sent: list[Taken]) -> Receipt:
        try:
            return super().ask(sent)
        except Unknown:
            return super().ask(sent)


@caught_by(ChannelContract, "it_goes_on_after_a_failure")
class StaysBroken(SoundChannel):
    """Goes on with the connection on which something went wrong."""

    is_broken = False

    def ask(self, sent: list[Taken]) -> Receipt:
        if self.is_broken:
            raise Retryable(reason="the connection is broken")
        try:
            return super().ask(sent)
        except PluginError:
            self.is_broken = True
            raise


@caught_by(ChannelContract, "an_address_that_reaches_nobody_is_told")
class KeepsDeadAddresses(SoundChannel):
    """Does not say that it is the address."""

    def understood(self, reply: Reply) -> Receipt:
        return super().understood(evolve(reply, status=422 if reply.status == 404 else reply.status))


@caught_by(ChannelContract, "a_refusal_blames_no_address")
class BlamesTheAddress(SoundChannel):
    """Says that it is the address, whatever it is."""

    def understood(self, reply: Reply) -> Receipt:
        return super().understood(evolve(reply, status=404 if reply.status == 422 else reply.status))


@caught_by(ChannelContract, "how_long_to_wait_is_read", "a_wait_that_cannot_be_is_none")
class ReadsSecondsAlone(SoundChannel):
    """Fails over a date."""

    def waits(self, text: str) -> timedelta | None:
        return timedelta(seconds=int(text)) if text else None


@caught_by(ChannelContract, "how_long_to_wait_is_read")
class ReadsNoWait(SoundChannel):
    """Is back at once."""

    def waits(self, text: str) -> timedelta | None:  # noqa: ARG002 - the bug
        return None


@caught_by(ChannelContract, "a_provider_that_hangs_is_left_in_time")
class WaitsForEver(SoundChannel):
    """Has no timeout."""

    def ask(self, sent: list[Taken]) -> Receipt:
        self.config = evolve(self.config, patience=None)
        return super().ask(sent)


# keys


@caught_by(ChannelContract, "the_same_key_is_carried_out_once")
class SendsNoKey(SoundChannel):
    """Keeps the key for itself."""

    def written(self, message: Message) -> list[Taken]:
        return [evolve(each, key="") for each in super().written(message)]


@caught_by(ChannelContract, "the_same_key_after_a_lost_answer_is_carried_out_once")
class SendsAnotherKeyAfterADoubt(SoundChannel):
    """Forgets the key of what came to nothing."""

    doubts = 0

    def raised(self, error: OSError) -> PluginError:
        self.doubts += 1
        return super().raised(error)

    def written(self, message: Message) -> list[Taken]:
        return [evolve(each, key="" if self.doubts else each.key) for each in super().written(message)]


@caught_by(ChannelContract, "two_keys_are_carried_out_twice")
class RecognisesTexts(SoundChannel):
    """Takes the same text for the same message."""

    def written(self, message: Message) -> list[Taken]:
        return [evolve(each, key=f"{message.to} {message.text}") for each in super().written(message)]


@caught_by(ChannelContract, "keys_that_differ_in_one_sign_are_carried_out_twice")
class CutsKeys(SoundChannel):
    """Sends as much of a key as its provider takes."""

    def written(self, message: Message) -> list[Taken]:
        return [evolve(each, key=each.key[1:-1]) for each in super().written(message)]


@caught_by(ChannelContract, "many_at_once_are_carried_out_once_each")
class IsOneThreads(SoundChannel):
    """Keeps the message that it sends, for all its methods."""

    def send(self, message: Message) -> Receipt:
        self.message = message
        time.sleep(0.02)
        return super().send(self.message)


@caught_by(ChannelContract, "what_was_carried_out_is_found")
class FindsNothing(SoundChannel):
    """Knows nothing of what it sent."""

    def find(self, key: str) -> Receipt | None:  # noqa: ARG002 - the bug
        return None


@caught_by(
    ChannelContract,
    "the_same_key_from_another_process_is_carried_out_once",
    "what_was_carried_out_is_found_from_another_process",
)
class RemembersItself(SoundChannel):
    """Knows what it did for as long as its process lives, and sends no key."""

    def __init__(self, config: WireConfig, wire: Any) -> None:
        super().__init__(config, wire)
        self.done: dict[str, Receipt] = {}

    def written(self, message: Message) -> list[Taken]:
        return [evolve(each, key="") for each in super().written(message)]

    def send(self, message: Message) -> Receipt:
        if message.key not in self.done:
            self.done[message.key] = super().send(message)
        return self.done[message.key]

    def find(self, key: str) -> Receipt | None:
        return self.done.get(key)


@caught_by(ChannelContract, "what_was_carried_out_without_an_answer_is_found")
class FindsWhatItRemembers(SoundChannel):
    """Asks itself, not the provider."""

    answered: frozenset[str] = frozenset()

    def send(self, message: Message) -> Receipt:
        receipt = super().send(message)
        self.answered |= {message.key}
        return receipt

    def find(self, key: str) -> Receipt | None:
        return super().find(key) if key in self.answered else None


@caught_by(ChannelContract, "a_key_that_nobody_sent_is_not_found", "what_was_carried_out_is_found")
class FindsEverything(SoundChannel):
    """Believes that all was sent."""

    def find(self, key: str) -> Receipt | None:
        return Receipt(key=key)


@caught_by(ChannelContract, "a_provider_that_cannot_be_asked_is_asked_later")
class TakesSilenceForNo(SoundChannel):
    """Finds nothing where it cannot ask."""

    def find(self, key: str) -> Receipt | None:
        try:
            return super().find(key)
        except Retryable:
            return None


@caught_by(ChannelContract, "what_is_done_later_can_be_told")
class CannotBeAsked:
    """Declares what it has no way to say."""

    name = "wire"
    Config = WireConfig
    capabilities = Capabilities(delivery="queryable", reports_delivery=True)

    def __init__(self, config: WireConfig, wire: Any) -> None:
        """It needs neither."""

    def send(self, message: Message) -> Receipt:
        return Receipt(key=message.key)

    def close(self) -> None:
        pass


# messages


class Changes(SoundChannel):
    """Changes the message before it leaves."""

    def changed(self, message: Message) -> dict[str, Any]:
        raise NotImplementedError

    def written(self, message: Message) -> list[Taken]:
        return super().written(evolve(message, **self.changed(message)))


@caught_by(ChannelContract, "a_message_arrives")
class FoldsAddresses(Changes):
    """Writes the address in its own way."""

    def changed(self, message: Message) -> dict[str, Any]:
        return {"to": message.to.partition(".")[2]}


@caught_by(ChannelContract, "any_text_arrives_as_it_was_written")
class IsAscii(Changes):
    """Replaces what is not ASCII."""

    def changed(self, message: Message) -> dict[str, Any]:
        return {"text": message.text.encode("ascii", "replace").decode()}


@caught_by(ChannelContract, "any_text_arrives_as_it_was_written")
class EscapesMarkup(Changes):
    """Takes the text for HTML."""

    def changed(self, message: Message) -> dict[str, Any]:
        return {"text": message.text.replace("&", "&amp;").replace("<", "&lt;")}


@caught_by(ChannelContract, "any_text_arrives_as_it_was_written")
class EndsAtADot(Changes):
    """Takes a dot alone on its line for the end, as SMTP does."""

    def changed(self, message: Message) -> dict[str, Any]:
        return {"text": message.text.partition("\n.\n")[0]}


@caught_by(ChannelContract, "any_text_arrives_as_it_was_written")
class CutsLongLines(Changes):
    """Carries 998 characters a line."""

    def changed(self, message: Message) -> dict[str, Any]:
        return {"text": "\n".join(line[:998] for line in message.text.split("\n"))}


@caught_by(ChannelContract, "what_no_text_holds_cuts_nothing_off")
class EndsAtAControl(Changes):
    """Takes a control character for the end."""

    def changed(self, message: Message) -> dict[str, Any]:
        return {"text": re.split("[\0\x1b]", message.text)[0]}


@caught_by(ChannelContract, "what_no_text_holds_cuts_nothing_off")
class Encodes(Changes):
    """Fails over what is no character."""

    def changed(self, message: Message) -> dict[str, Any]:
        return {"text": message.text.encode().decode()}


@caught_by(ChannelContract, "a_text_of_the_longest_length_arrives")
class CountsBytes(SmallChannel):
    """Measures what it sends, not what was written."""

    def check(self, message: Message) -> None:
        if len(message.text.encode()) > 160:
            raise Unsupported("long texts")


@caught_by(ChannelContract, "a_longer_text_is_unsupported")
class CutsTexts(SmallChannel):
    """Sends what it can of a text."""

    def send(self, message: Message) -> Receipt:
        return super().send(evolve(message, text=message.text[:160]))


@caught_by(ChannelContract, "a_very_long_text_arrives_whole")
class CutsInSilence(Changes):
    """Has a limit that it does not declare."""

    def changed(self, message: Message) -> dict[str, Any]:
        return {"text": message.text[:65_535]}


@caught_by(ChannelContract, "attachments_arrive_byte_for_byte")
class RenamesFiles(Changes):
    """Writes the names of files in its own way."""

    def changed(self, message: Message) -> dict[str, Any]:
        return {"attachments": tuple(evolve(each, name="a.pdf") for each in message.attachments)}


@caught_by(ChannelContract, "attachments_that_it_cannot_carry_are_unsupported")
class LeavesFilesOut(SmallChannel):
    """Sends the text without its file."""

    def check(self, message: Message) -> None:
        super().check(evolve(message, attachments=()))


@caught_by(ChannelContract, "html_goes_with_the_text")
class LeavesHtmlOut(Changes):
    """Declares HTML, and sends none."""

    def changed(self, message: Message) -> dict[str, Any]:  # noqa: ARG002 - the bug
        return {"html": ""}


@caught_by(ChannelContract, "an_address_is_one_recipient", "an_address_is_no_list")
class ReadsLists(SoundChannel):
    """Sends to every address that it reads."""

    def written(self, message: Message) -> list[Taken]:
        [sent] = super().written(message)
        return [evolve(sent, to=each) for each in _ADDRESS.findall(message.to)] or [sent]


@caught_by(ChannelContract, "a_subject_adds_no_recipient")
class WritesHeaders(SoundChannel):
    """Writes the subject as it is above the text."""

    def written(self, message: Message) -> list[Taken]:
        lines = message.subject.splitlines()
        added = [word for line in lines[1:] for word in _ADDRESS.findall(line)]
        sent = [evolve(each, subject=message.subject) for each in super().written(message)]
        return sent + [evolve(each, to=to) for each in sent for to in added]


# secrecy


@caught_by(ChannelContract, "errors_and_receipts_tell_nothing_personal")
class RepeatsTheProvider(SoundChannel):
    """Gives the provider's words as the reason."""

    def understood(self, reply: Reply) -> Receipt:
        if reply.status == 422:
            raise Rejected(reply.body.decode())
        return super().understood(reply)


@caught_by(ChannelContract, "logs_tell_nothing_personal")
class LogsAddresses(SoundChannel):
    """Logs to whom it sends, for who looks for mistakes."""

    def send(self, message: Message) -> Receipt:
        logging.getLogger("wire").debug("sending to %s", message.to)
        return super().send(message)


@caught_by(ChannelContract, "errors_and_receipts_tell_nothing_personal")
class NotesAddresses(SoundChannel):
    """Writes beside an error of whom it was."""

    def send(self, message: Message) -> Receipt:
        try:
            return super().send(message)
        except PluginError as error:
            error.add_note(f"of {message.to}")
            raise


@caught_by(ChannelContract, "logs_tell_nothing_personal")
class LogsUrls(SoundChannel):
    """Logs what it asks for, as libraries of HTTP do."""

    def send(self, message: Message) -> Receipt:
        logging.getLogger("wire").info("POST /messages?to=%s", quote(message.to, safe=""))
        return super().send(message)


@caught_by(ChannelContract, "warnings_and_threads_tell_nothing_personal")
class WarnsOfAddresses(SoundChannel):
    """Warns of what it dislikes."""

    def send(self, message: Message) -> Receipt:
        warnings.warn(f"{message.to} is a strange address", stacklevel=2)
        return super().send(message)


@caught_by(ChannelContract, "warnings_and_threads_tell_nothing_personal")
class NamesThreads(SoundChannel):
    """Has a thread for each address."""

    def send(self, message: Message) -> Receipt:
        thread = threading.Thread(target=super().find, args=("",), name=f"to {message.to}")
        with suppress(Retryable):
            thread.start()
        thread.join()
        return super().send(message)


@caught_by(ChannelContract, "logs_tell_nothing_personal")
class LogsTokens(SoundChannel):
    """Logs its configuration, by structlog."""

    def send(self, message: Message) -> Receipt:
        structlog.get_logger("wire").info("sending", config={"token": self.config.token})
        return super().send(message)


@frozen(kw_only=True)
class ShownConfig:
    """A secret that is printed."""

    token: str = TOKEN
    patience: float = field(default=0.05)


@caught_by(ChannelContract, "the_plugin_prints_no_secret", "secrets_of_the_configuration_are_declared")
class PrintsItsToken(SoundChannel):
    """Has a token as any other key."""

    Config = ShownConfig


# executors


@caught_by(ExecutorContract, "its_kinds_are_kinds_of_steps")
class Dances(SoundExecutor):
    """Carries out what no policy can ask for."""

    kinds = frozenset({"listing", "dance"})


@caught_by(ExecutorContract, "each_kind_that_it_declares_is_carried_out")
class ListsAlways(SoundExecutor):
    """Asks for the same, whatever is asked."""

    def run(self, request: ActionRequest) -> Receipt:
        return self.ask([Taken(key=request.key, kind="listing")])


@caught_by(ExecutorContract, "an_act_without_a_person_is_carried_out_or_refused")
class NeedsAName(SoundExecutor):
    """Fails over who was erased."""

    def run(self, request: ActionRequest) -> Receipt:
        assert request.person["name"]
        return super().run(request)


@caught_by(ExecutorContract, "the_same_key_is_carried_out_once", "what_the_provider_takes_over_is_accepted")
class ActsTwice(SoundExecutor):
    """Asks twice, to be sure."""

    def run(self, request: ActionRequest) -> Receipt:
        self.ask([Taken(kind=request.action.kind)])
        return self.ask([Taken(kind=request.action.kind)])


@caught_by(ExecutorContract, "errors_and_receipts_tell_nothing_personal")
class RepeatsThePerson(SoundExecutor):
    """Names the debtor in its reason."""

    def run(self, request: ActionRequest) -> Receipt:
        return evolve(super().run(request), reason=request.person["document"])


# webhooks


class Believes(Asking):
    """Verifies in its own way."""

    def verify(self, request: WebhookRequest) -> bool:
        return super().verify(request)


@caught_by(WebhookContract, "a_call_of_the_provider_is_believed")
class BelievesNobody(Believes):
    """Refuses every call."""

    def verify(self, request: WebhookRequest) -> bool:  # noqa: ARG002 - the bug
        return False


@caught_by(WebhookContract, "a_forged_call_is_refused", "a_body_changed_by_one_byte_is_refused")
class LooksAtTheForm(Believes):
    """Sees whether there is a signature."""

    def verify(self, request: WebhookRequest) -> bool:
        return "v1=" in request.headers.get("signature", "")


@caught_by(WebhookContract, "a_call_without_a_signature_is_refused")
class BelievesTheUnsigned(Believes):
    """Verifies where there is something to verify."""

    def verify(self, request: WebhookRequest) -> bool:
        return "signature" not in request.headers or super().verify(request)


@caught_by(WebhookContract, "a_header_of_anything_is_refused")
class ReadsTheHeader(Believes):
    """Fails over a header that is none."""

    def verify(self, request: WebhookRequest) -> bool:
        stamp = request.headers.get("signature", "t=0,").split(",")[0].removeprefix("t=")
        return int(stamp) >= 0 and super().verify(request)


@caught_by(WebhookContract, "a_part_of_a_signature_is_refused")
class BelievesBeginnings(Believes):
    """Compares as many digits as there are."""

    def verify(self, request: WebhookRequest) -> bool:
        stamp, _, given = request.headers.get("signature", "").removeprefix("t=").partition(",v1=")
        signed = f"{stamp}.".encode() + request.body
        return bool(given) and hmac.digest(TOKEN.encode(), signed, "sha256").hex().startswith(given)


@caught_by(WebhookContract, "the_time_of_a_call_is_signed")
class BelievesWhatStandsBeside(Believes):
    """Takes a time that is not the signed one."""

    def verify(self, request: WebhookRequest) -> bool:
        stamp, _, given = request.headers.get("signature", "").removeprefix("t=").partition(",v1=")
        if not stamp.isdigit():
            return False
        earlier = evolve(request, headers={"signature": f"t={int(stamp[:12]) - 1},v1={given}"})
        return super().verify(request) or super().verify(earlier)


@caught_by(WebhookContract, "the_log_of_a_call_is_not_personal")
class LogsCalls(Believes):
    """Logs what comes, for who looks for mistakes."""

    def verify(self, request: WebhookRequest) -> bool:
        logging.getLogger("wire").debug("a call: %s", request.body)
        return super().verify(request)


@caught_by(WebhookContract, "a_call_of_another_time_is_refused")
class BelievesAtAnyTime(Believes):
    """Compares no time."""

    def verify(self, request: WebhookRequest) -> bool:
        stamp = request.headers.get("signature", "t=0,").split(",")[0].removeprefix("t=")
        when = int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) < 12 else 0
        return super().verify(evolve(request, received_at=datetime.fromtimestamp(when, UTC)))


class Reads(Asking):
    """Reads calls in its own way."""

    def read(self, request: WebhookRequest, receipt: Receipt) -> Receipt:  # noqa: ARG002 - as it was
        return receipt

    def parse(self, request: WebhookRequest) -> Sequence[Receipt]:
        return [self.read(request, each) for each in super().parse(request)]


@caught_by(WebhookContract, "what_it_says_is_normalised")
class Guesses(Reads):
    """Takes what it does not know for delivered, and what was read for it."""

    def read(self, request: WebhookRequest, receipt: Receipt) -> Receipt:  # noqa: ARG002 - the bug
        return evolve(receipt, status="delivered" if receipt.status in {"unknown", "read"} else receipt.status)


@caught_by(WebhookContract, "what_it_says_is_normalised")
class KnowsNoWord(Reads):
    """Takes nothing for what it means."""

    def read(self, request: WebhookRequest, receipt: Receipt) -> Receipt:  # noqa: ARG002 - the bug
        return evolve(receipt, status="unknown")


@caught_by(WebhookContract, "it_says_of_which_request")
class NamesNothing(Reads):
    """Says that something was delivered."""

    def read(self, request: WebhookRequest, receipt: Receipt) -> Receipt:  # noqa: ARG002 - the bug
        return evolve(receipt, key="", reference="")


@caught_by(WebhookContract, "it_says_of_which_request")
class MixesIdsUp(Reads):
    """Takes its provider's id for the key."""

    def read(self, request: WebhookRequest, receipt: Receipt) -> Receipt:  # noqa: ARG002 - the bug
        return evolve(receipt, key="ref-7391", reference="ref-7391")


@caught_by(WebhookContract, "it_says_when")
class ForgetsTheOffset(Reads):
    """Reads an instant three hours wrong."""

    def read(self, request: WebhookRequest, receipt: Receipt) -> Receipt:  # noqa: ARG002 - the bug
        assert receipt.at is not None
        return evolve(receipt, at=receipt.at - timedelta(hours=3))


@caught_by(WebhookContract, "what_was_said_is_kept_as_it_came")
class KeepsNoReport(Reads):
    """Throws the report away."""

    def read(self, request: WebhookRequest, receipt: Receipt) -> Receipt:  # noqa: ARG002 - the bug
        return evolve(receipt, raw=b"")


@caught_by(WebhookContract, "a_call_that_comes_again_says_the_same")
class TakesItsOwnTime(Reads):
    """Says that it happened when the call came."""

    def read(self, request: WebhookRequest, receipt: Receipt) -> Receipt:
        return evolve(receipt, at=request.received_at)


@caught_by(WebhookContract, "what_cannot_be_read_is_rejected", "what_has_another_shape_says_nothing")
class ReadsAnything(Asking):
    """Takes noise for a report."""

    def parse(self, request: WebhookRequest) -> Sequence[Receipt]:
        return [Receipt(status="unknown", raw=request.body)]


@caught_by(WebhookContract, "what_it_prints_is_not_personal")
class RepeatsTheCall(Asking):
    """Shows what it could not read."""

    def parse(self, request: WebhookRequest) -> Sequence[Receipt]:
        try:
            return super().parse(request)
        except Rejected as error:
            raise Rejected(f"unreadable: {request.body!r}") from error


# calendars


class Weekdays:
    """Monday to Friday, without holidays."""

    name = "weekdays"
    version = "1"

    def __init__(self) -> None:
        self.asked: list[date] = []

    def is_business_day(self, day: date, place: Place) -> bool:  # noqa: ARG002 - the port's shape
        self.asked.append(day)
        return day.weekday() < 5

    def is_contact_holiday(self, day: date, place: Place) -> bool:  # noqa: ARG002 - as above
        return False


@caught_by(CalendarContract, "it_has_the_members_of_the_port")
class HasNoVersion(Weekdays):
    """Nobody sees that its answers changed."""

    version = ""


@caught_by(CalendarContract, "its_version_stays")
class CountsItsVersion(Weekdays):
    """Is another one after each answer."""

    @property
    def version(self) -> str:  # type: ignore[override]
        return f"{len(self.asked)}"


@caught_by(CalendarContract, "it_answers_yes_or_no")
class AnswersInWords(Weekdays):
    """Says "sim" and nothing."""

    def is_business_day(self, day: date, place: Place) -> bool:
        return "sim" if super().is_business_day(day, place) else ""  # type: ignore[return-value]


@caught_by(CalendarContract, "it_answers_the_same_in_any_order")
class OpensEveryOtherTime(Weekdays):
    """Answers by what it was asked before."""

    def is_business_day(self, day: date, place: Place) -> bool:
        return super().is_business_day(day, place) and len(self.asked) % 3 > 0


@caught_by(CalendarContract, "it_answers_the_same_on_any_machine")
class LooksAtTheMachine(Weekdays):
    """Rests on another day where another language is spoken."""

    def is_business_day(self, day: date, place: Place) -> bool:
        return super().is_business_day(day, place) and not (os.environ.get("LANG", "")[:2] == "fi" and day.day == 5)


@caught_by(CalendarContract, "it_answers_several_threads_at_once")
class BelongsToItsThread(Weekdays):
    """Answers only who made it."""

    def __init__(self) -> None:
        super().__init__()
        self.thread = threading.get_ident()

    def is_business_day(self, day: date, place: Place) -> bool:
        return super().is_business_day(day, place) and threading.get_ident() == self.thread


@caught_by(CalendarContract, "a_place_that_nobody_knows_has_the_national_days")
class LooksPlacesUp(Weekdays):
    """Fails over a place that it does not have."""

    def is_business_day(self, day: date, place: Place) -> bool:
        return super().is_business_day(day, place) and {"": "", "3304557": "RJ"}[place.city] != "?"


@caught_by(CalendarContract, "a_place_that_nobody_knows_has_the_national_days")
class RestsInTheUnknown(Weekdays):
    """Takes every day of a place that it does not know for a holiday."""

    def is_contact_holiday(self, day: date, place: Place) -> bool:
        return place.city.endswith("999999") or super().is_contact_holiday(day, place)


@caught_by(CalendarContract, "a_business_day_is_never_far")
class NeverOpens(Weekdays):
    """Has no business day."""

    def is_business_day(self, day: date, place: Place) -> bool:  # noqa: ARG002 - the bug
        return False
