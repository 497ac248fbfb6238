"""Tests as they are written → tests whose every day is counted and every name known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from regua.core.calendars import BusinessDays, Calendar, Place, business_days
from regua.core.dates import day_start
from regua.core.events import InvoiceIssued
from regua.core.policy import Origin, Policy
from regua.core.zones import zone_of_debtor
from regua.errors import ReguaError
from regua.policyfile.diagnostics import Report, nearest, quoted
from regua.policyfile.testfile.days import Count, Day
from regua.policyfile.testfile.expecting import Expecting
from regua.policyfile.testfile.given import Fact, Facts
from regua.policyfile.testfile.keys import Written
from regua.policyfile.testfile.values import CREDITOR, DEBTOR, PolicyTest, Word

ISSUED_BEFORE: Final = timedelta(days=30)
"""How long before its due date an invoice is issued that does not say when."""


class Counting:
    """Counts the days of the tests of one file.

    Args:
        policies: that the file names.
        calendars: by name.
        report: takes what cannot be meant.
        otherwise: what channels answer of which a test says nothing.
    """

    def __init__(
        self, policies: Sequence[Policy], calendars: Mapping[str, Calendar], report: Report, otherwise: Word
    ) -> None:
        self._policies, self._calendars, self._report = policies, calendars, report
        self._otherwise = otherwise

    def test(self, written: Written) -> PolicyTest | None:
        """Count one test; None where something in it cannot be meant, which is reported."""
        before = self._report.errors
        profile = dict(written.get("debtor", {}))
        channels = profile.pop("channels", None)
        invoices = written.get("invoices") or (written.values["invoice"],)
        given = written.get("given", ())
        only = invoices[0].values["id"] if len(invoices) == 1 else ""
        count = self._count(invoices, given, profile, only)
        if self._report.errors > before:
            return None
        facts = (*self._issued(invoices, count), *Facts(count, self._report).events(given))
        expected = Expecting(count, self._policies, self._report).all(written)
        if self._report.errors > before:
            return None
        return PolicyTest(
            name=written.values["name"],
            origin=written.origin,
            profile=profile,
            channels=channels,
            answers=written.get("channels", {}),
            otherwise=self._otherwise,
            facts=facts,
            anchors=count.anchors,
            zone=count.zone,
            **expected,
        )

    def _count(
        self, invoices: Iterable[Written], given: Iterable[Fact], profile: Mapping[str, Any], only: str
    ) -> Count:
        """What days count from: the effective due dates of the invoices, and of what `given` adds to them."""
        place = Place(profile.get("country", "BR"), profile.get("state", ""), profile.get("city", ""))
        anchors: dict[str, int] = {}
        days: dict[str, BusinessDays] = {}
        policy = self._policies[0].timezone
        zone = zone_of_debtor(profile.get("timezone", ""), place.country, place.state, policy)
        count = Count(zone=zone, anchors=anchors, days=days, only=only)
        for name, due, about, policy, origin in _dues(invoices, given):
            if name in anchors:
                message = f"there are two receivables {quoted(name)}; each has an id of its own"
                self._report.add("duplicate-id", origin, message)
            elif not anchors and not isinstance(due, date):
                message = "the days of a test count from the first due date; write it as a date such as 2026-03-10"
                self._report.add("invalid-value", origin, message)
            else:
                days[name] = business_days(self._calendars[self._policy(policy, origin).calendar], place)
                anchors[name] = days[name].next_business(count.day(due, about))
        return count

    def _policy(self, name: str, origin: Origin) -> Policy:
        known = {f"{policy.id}@{policy.version}": policy for policy in self._policies}
        known |= {policy.id: policy for policy in reversed(self._policies)}
        if name and name not in known:
            message = f"the file names no policy of the id {quoted(name)}; {nearest(name, known)}"
            self._report.add("unknown-value", origin, message)
        return known.get(name, self._policies[0])

    def _issued(self, invoices: Iterable[Written], count: Count) -> Iterator[InvoiceIssued]:
        for invoice in invoices:
            name, issued = invoice.values["id"], invoice.get("issued")
            due = date.fromordinal(count.day(invoice.values["due"]))
            before = (due - ISSUED_BEFORE).toordinal()
            named = invoice.get("policy", "")
            policy = self._policy(named, invoice.origin)
            at = day_start(before, count.zone) if issued is None else count.start(issued, name)
            try:
                yield InvoiceIssued(
                    id=f"{name}-issued",
                    creditor=CREDITOR,
                    debtor=DEBTOR,
                    at=at,
                    recorded_at=at,
                    receivable=name,
                    amount=invoice.values["amount"],
                    due=due,
                    kind=invoice.get("kind", ""),
                    documents=invoice.get("documents", ()),
                    policy=policy.id if named else "",
                    policy_version=policy.version if named else None,
                )
            except ReguaError as error:
                self._report.add("invalid-value", invoice.origin, str(error))


def _dues(invoices: Iterable[Written], given: Iterable[Fact]) -> Iterator[tuple[str, Day, str, str, Origin]]:
    """Every receivable: its id, due date, what that counts from, policy and place."""
    for invoice in invoices:
        yield invoice.values["id"], invoice.values["due"], "", invoice.get("policy", ""), invoice.origin
    for fact in given:
        policy = fact.fields.get("policy", "")
        if fact.cls is InvoiceIssued and "receivable" in fact.fields:
            yield fact.fields["receivable"], fact.fields["due"], "", policy, fact.origin
        for part in fact.fields.get("instalments", ()):
            yield part.fields["receivable"], part.fields["due"], fact.about, policy, fact.origin
