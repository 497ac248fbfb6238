"""What a plugin meets of regua: every hook, capability and error of authors, and the test that shows each."""

import inspect
from collections.abc import Iterator
from typing import Final

import attrs

from regua.plugins import Hooks
from regua.ports import BoletoCapabilities, Capabilities, PluginError

HERE: Final = "tests/plugins/test_interface.py"
_ALTERED: Final = "src/regua/testing/contracts/altering.py"
_CONTRACTS: Final = "src/regua/testing/contracts"
_DELIVERY: Final = "tests/engine/test_delivery.py"
_MATRIX: Final = "tests/docs/test_capabilities.py::test_the_matrix_tells_what_is_declared"
_UNKNOWNS: Final = "tests/engine/test_unknowns.py"

PROOFS: Final = {
    "regua_channels": f"{HERE}::test_a_hook_gives_what_the_registry_has",
    "regua_stores": f"{HERE}::test_a_hook_gives_what_the_registry_has",
    "regua_boleto_providers": f"{HERE}::test_a_hook_gives_what_the_registry_has",
    "regua_executors": f"{HERE}::test_a_hook_gives_what_the_registry_has",
    "regua_calendars": f"{HERE}::test_a_hook_gives_what_the_registry_has",
    "regua_legal_packs": "tests/cli/test_law.py::test_packs_of_plugins_are_read_too",
    "regua_extensions": "tests/engine/test_indexes.py::test_a_plugin_offers_an_index",
    "regua_commands": "tests/cli/test_plugins.py::test_a_command_of_a_plugin_runs",
    "regua_event_recorded": f"{_DELIVERY}::test_observers_see_what_became_durable",
    "Capabilities.delivery": f"{_UNKNOWNS}::test_what_promises_nothing_is_left_alone",
    "Capabilities.key_ttl": f"{_UNKNOWNS}::test_it_is_sent_again_while_the_provider_knows_the_key",
    "Capabilities.query_lag": f"{_UNKNOWNS}::test_what_never_arrived_is_sent_again",
    "Capabilities.send_timeout": f"{_DELIVERY}::test_the_window_stays_open_for_the_sending",
    "Capabilities.reports_delivery": f"{_DELIVERY}::test_a_delivery_report_makes_a_fact",
    "Capabilities.reports_reading": _MATRIX,
    "Capabilities.attachments": f"{_CONTRACTS}::test_attachments_that_it_cannot_carry_are_unsupported",
    "Capabilities.html": f"{_CONTRACTS}::test_html_goes_with_the_text",
    "Capabilities.max_characters": f"{_CONTRACTS}::test_a_longer_text_is_unsupported",
    "Capabilities.sends_legal_notice": "tests/engine/test_law.py::test_a_registrar_that_does_not_notify_needs_a_notice",
    "Capabilities.ask_every": "tests/engine/test_consequences_asked.py::test_it_is_asked_as_often_as_it_allows",
    "BoletoCapabilities.alters": f"{_ALTERED}::test_what_it_does_not_alter_stays_whole",
    "BoletoCapabilities.keeps_line": f"{_ALTERED}::test_an_alteration_is_what_the_bank_then_asks",
    "BoletoCapabilities.alter_delay": f"{_ALTERED}::test_an_alteration_that_comes_too_early_waits",
    "BoletoCapabilities.pdf": "src/regua/testing/contracts/paying.py::test_it_is_printed_where_it_says_so",
    "PluginError": "tests/ports/test_delivery.py::test_capabilities_that_contradict_each_other_are_refused",
    "Rejected": f"{_DELIVERY}::test_a_refusal_by_the_last_channel_is_a_failure",
    "Rejected.reason": f"{_DELIVERY}::test_a_refusal_by_the_last_channel_is_a_failure",
    "Rejected.point_failed": f"{_DELIVERY}::test_a_point_that_reaches_nobody_is_not_used_again",
    "Retryable": f"{_DELIVERY}::test_a_channel_that_has_no_time_is_asked_again",
    "Retryable.after": f"{_DELIVERY}::test_a_channel_says_how_long_to_wait",
    "Retryable.reason": f"{_DELIVERY}::test_a_channel_that_has_no_time_is_asked_again",
    "Unknown": f"{_DELIVERY}::test_what_nobody_knows_is_never_sent_again",
    "Unknown.why": f"{_UNKNOWNS}::test_a_person_sees_what_is_unknown_and_what_will_be_done",
    "Unsupported": f"{_DELIVERY}::test_a_refusal_goes_to_the_next_channel",
    "Unsupported.feature": f"{HERE}::test_a_feature_that_is_not_there_is_named_in_the_evidence",
}
"""By what it shows, a test that fails where that is gone, or one of the contracts that every plugin passes.

A hook, capability or error that is new needs its line.
"""


def interface() -> Iterator[str]:
    """The names of it, in the order of the code."""
    yield from hooks()
    yield from capabilities()
    for cls in errors():
        yield cls.__name__
        yield from (f"{cls.__name__}.{name}" for name in own_arguments(cls))


def hooks() -> list[str]:
    """Every hook."""
    return [name for name in vars(Hooks) if name.startswith("regua_")]


def capabilities() -> list[str]:
    """Every field of the capabilities, and what those of boletos have beside."""
    common = [field.name for field in attrs.fields(Capabilities)]
    boletos = [field.name for field in attrs.fields(BoletoCapabilities) if field.name not in common]
    return [f"Capabilities.{name}" for name in common] + [f"BoletoCapabilities.{name}" for name in boletos]


def errors() -> list[type[PluginError]]:
    """What authors raise, by name."""
    found = [PluginError]
    for cls in found:
        found += [each for each in cls.__subclasses__() if each.__module__.startswith("regua.")]
    return sorted(found, key=lambda each: each.__name__)


def own_arguments(cls: type[PluginError]) -> list[str]:
    """What an error is told."""
    return list(inspect.signature(cls).parameters) if "__init__" in vars(cls) else []
