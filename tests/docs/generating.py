"""The generated parts of the reference: `python -m tests.docs.generating` writes them into the pages.

A page marks such a part with `<!-- generated: NAME -->` and `<!-- end -->`. What stands around it is written by hand.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from tests.docs.pages import Page, all_pages
from tests.docs.reference import (
    boletos,
    calendars,
    capabilities,
    cli,
    documents,
    email,
    engine,
    errors,
    events,
    face,
    law,
    messages,
    planning,
    plugins,
    policy,
    policytests,
    ports,
    testing,
)

PARTS: Final[dict[str, Callable[[], str]]] = {
    "capabilities": capabilities.matrix,
    "boleto-codes": boletos.codes,
    "boleto-layouts": boletos.layouts,
    "boleto-names": boletos.names,
    "commands": cli.commands,
    "documents": documents.functions,
    "email-keys": email.keys,
    "errors": errors.errors,
    "event-ranks": events.ranks,
    "event-shared-fields": events.shared_fields,
    "events": events.events,
    "law-built-in": law.holders,
    "local-holidays": calendars.holidays,
    "law-keys": law.provisions,
    "law-rules": law.rules,
    "message-limits": messages.limits,
    "message-slots": messages.slots,
    "message-variables": messages.variables,
    "signals": events.signals,
    "states": documents.states,
    "face": face.face,
    "blockers": planning.blockers,
    "notes": planning.notes,
    "schedule": planning.schedule,
    "policy-keys": policy.keys,
    "policy-test-events": policytests.events,
    "policy-test-keys": policytests.keys,
    "diagnostics": policy.diagnostics,
    "ports": ports.ports,
    "hooks": plugins.hooks,
    "builtin": plugins.builtin,
    "settings-keys": plugins.settings_keys,
    "settings-codes": plugins.settings_codes,
    "engine": engine.classes,
    "testing-behaviours": testing.behaviours,
    "testing-classes": testing.classes,
    "testing-contracts": testing.contract_tests,
    "testing-deliveries": testing.deliveries,
    "testing-faults": testing.what_goes_wrong,
    "testing-fixtures": testing.fixtures,
    "testing-machine": testing.machine_rules,
    "testing-provider": testing.provider,
    "testing-strategies": testing.given,
}
_PART: Final = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def refreshed(text: str) -> str:
    """A page with its generated parts made anew."""
    return _PART.sub(lambda part: f"{part[1]}\n{PARTS[part[2]]().strip()}\n\n{part[3]}", text)


def parts_of(page: Page) -> Iterator[str]:
    """The names of a page's generated parts."""
    return (part[2] for part in _PART.finditer(page.text))


def main() -> None:
    """Write every page that has generated parts."""
    for page in all_pages():
        page.path.write_text(refreshed(page.text), encoding="utf-8")


if __name__ == "__main__":
    main()
