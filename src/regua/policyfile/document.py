"""The whole file: its tables, and what could be read of it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final, cast

from attrs import field, frozen

from regua.core.policy import LegalRules, Limits, OfferRule, PlanRules, Policy, Step
from regua.policyfile.nodes import Node, Reading, RefusedError
from regua.policyfile.packs.resolving import resolve
from regua.policyfile.scalars import Constant
from regua.policyfile.sections import CHARGES, LEGAL, LIMITS, OFFER, PLAN, POLICY, PROMISE
from regua.policyfile.steps import STEP
from regua.policyfile.tables import Key, ListOf, Table

FORMAT: Final = 1
_FORMAT: Final = Constant(FORMAT, "unknown-format", f"this version of regua reads format = {FORMAT}")


def _nothing(**_: Any) -> None:
    """The root has no value of its own: `Draft` takes its parts."""


DOCUMENT: Final = Table(
    what="a policy file",
    keys={
        "format": Key(_FORMAT, f"format = {FORMAT} is the version of the format", required=True),
        "policy": Key(POLICY, "which policy this is", required=True),
        "plan": Key(PLAN, "how missed, held and delayed steps are treated"),
        "limits": Key(LIMITS, "what is never exceeded"),
        "promise": Key(PROMISE, "which promises are believed"),
        "charges": Key(CHARGES, "what late or early payment costs"),
        "legal": Key(LEGAL, "which legal packs apply, and what is loosened"),
        "step": Key(ListOf(item=STEP, what="tables [[step]]", distinct=False), "the steps, in any order", into="steps"),
        "offer": Key(
            ListOf(item=OFFER, what="tables [[offer]]", distinct=False), "what may be proposed", into="offers"
        ),
    },
    build=_nothing,
)


@frozen(kw_only=True)
class Draft:
    """What could be read of a policy file.

    Attributes:
        reading: the pass that read it.
        parts: the tables that are whole, and of lists the items that are.
        complete: whether that is everything.
    """

    reading: Reading
    parts: dict[str, Any] = field(factory=dict)
    complete: bool

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that could be read."""
        return cast("tuple[Step, ...]", self.parts.get("steps", ()))

    @property
    def offers(self) -> tuple[OfferRule, ...]:
        """The offers that could be read."""
        return cast("tuple[OfferRule, ...]", self.parts.get("offers", ()))

    @property
    def limits(self) -> Limits | None:
        """The limits, the built-in ones where the file has none, or None where they could not be read."""
        return cast("Limits | None", self.parts.get("limits") if self._has("limits") else Limits())

    @property
    def named(self) -> dict[str, Any]:
        """What could be read of [policy], with `origins`."""
        return cast("dict[str, Any]", self.parts.get("policy", {}))

    @property
    def plan(self) -> PlanRules | None:
        """The same of the plan's rules."""
        return cast("PlanRules | None", self.parts.get("plan") if self._has("plan") else PlanRules())

    def _has(self, name: str) -> bool:
        return name in self.reading.parsed.data

    def all_read(self, name: str) -> bool:
        """Whether every item of a list of tables could be read."""
        items = self.reading.parsed.data.get(name, [])
        return isinstance(items, list) and len(self.parts.get(f"{name}s", ())) == len(items)

    def tables(self, name: str) -> list[Node]:
        """Every table of a list of tables, whatever is wrong with it."""
        items = self.reading.parsed.data.get(name, [])
        if not isinstance(items, list):
            return []
        nodes = Node(reading=self.reading, path=(name,), value=items)
        return [nodes.child(place) for place, item in enumerate(items) if isinstance(item, dict)]

    def identifiers(self, name: str) -> list[Node]:
        """Every id of a list of tables that is a string."""
        return [table.child("id") for table in self.tables(name) if isinstance(table.value.get("id"), str)]

    @property
    def legal(self) -> LegalRules | None:
        """The law that binds the policy, or None where [legal] could not be read."""
        return cast("LegalRules | None", self.parts.get("legal") if self._has("legal") else LegalRules())

    def lawful(self) -> Policy | None:
        """What the law looks at, as a policy of no name; None where some of it could not be read."""
        names = ("legal", "limits", "charges")
        if not self.all_read("step") or any(self._has(name) and name not in self.parts for name in names):
            return None
        parts = {name: self.parts[name] for name in (*names, "steps") if name in self.parts}
        return Policy(id="", currency=self.reading.currency, **parts)

    def policy(self) -> Policy:
        """The policy, where everything could be read."""
        parts = {name: part for name, part in self.parts.items() if name not in {"format", "policy"}}
        return Policy(**self.parts["policy"], **parts)


def read_document(reading: Reading) -> Draft:
    """Read a parsed file; everything wrong with its keys and values is reported."""
    root = Node(reading=reading, path=(), value=reading.parsed.data)
    if _is_other_format(root.value.get("format")):
        with suppress(RefusedError):
            _FORMAT.read(root.child("format"))
        return Draft(reading=reading, complete=False)
    parts, complete = DOCUMENT.read_keys(root)
    if "legal" in parts:
        before = reading.report.errors
        parts["legal"] = resolve(parts["legal"], reading.catalog, reading.report)
        complete = complete and reading.report.errors == before
    return Draft(reading=reading, parts=parts, complete=complete)


def _is_other_format(value: Any) -> bool:
    """Whether the file says that its other keys may mean something else."""
    return isinstance(value, int) and not isinstance(value, bool) and value != FORMAT
