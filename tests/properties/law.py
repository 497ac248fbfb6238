"""The law of Brazil told by hand, and a clerk who judges by it.

The tables are copied from the research of 2026-11-21 and from nothing in `regua`. Charges are not known here: what is
owed is the principal.
"""

from calendar import FRIDAY, SATURDAY, SUNDAY
from datetime import date, timedelta
from typing import Any, Final

from attrs import frozen
from tests.properties import naive
from tests.properties.portfolios import Portfolio

from regua.core import events as ev

STATES: Final = (
    *("AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA"),
    *("PB", "PE", "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO"),
)
ZONES: Final = {"AC": "Rio_Branco", "AM": "Manaus", "MS": "Campo_Grande", "MT": "Cuiaba", "RO": "Porto_Velho"} | {
    "RR": "Boa_Vista"
}
TITLES: Final = (
    *("", "services", "duplicata", "cheque", "credit-title", "contract", "rent", "condominium", "school"),
    *("telecom", "energy", "water", "health"),
)
Hours = tuple[int, int] | None
OF_ALL: Final[tuple[Hours, Hours]] = (8 * 60, 20 * 60), (8 * 60, 14 * 60)
"""Monday to Friday, and Saturday; never on Sunday (cautious national default, for calls and text messages)."""
OF_CALLS: Final[dict[str, tuple[Hours, Hours]]] = {
    "SP": OF_ALL,
    "RJ": ((9 * 60, 19 * 60), None),
    "ES": ((8 * 60, 19 * 60), None),
    "AM": ((8 * 60, 18 * 60), None),
    "AL": OF_ALL,
    "PR": ((8 * 60, 18 * 60), (8 * 60, 13 * 60)),
}
OF_TEXTS: Final = {"AL": OF_ALL}
STATE_HOLIDAYS: Final = {("RJ", date(2026, 4, 23))}
DO_NOT_CALL: Final = {"SP": "procon-sp", "PA": "procon-pa"}
BINDS_AFTER: Final = timedelta(days=30)
NOTICE_DAYS: Final = {"energy": 15, "water": 30, "telecom": 15, "health": 10}
"""From the delivered notice to the suspension of a service."""
LISTED_AFTER, NOTICED_BEFORE, LISTED_YEARS = timedelta(days=30), timedelta(days=10), 5
PROTESTED_AFTER: Final = timedelta(days=30)
CUT_UNTIL: Final = timedelta(days=90)
SHORT_TERMS: Final = {"rent": 3, "credit-title": 3, "": 3}
"""Years, where it is not five; what has no kind may be rent. Cheques, duplicatas and credit titles say so."""
PROTEST_TERMS: Final = {**SHORT_TERMS, "duplicata": 3}
RESTARTS: Final = (ev.ProtestRegistered, ev.AgreementSigned, ev.LawsuitFiled)


@frozen
class Clerk:
    """A slow clerk who has the events of a moment and the tables above."""

    portfolio: Portfolio
    instant: int

    @property
    def day(self) -> date:
        """The debtor's civil day."""
        return naive.wall(self.portfolio, self.instant).date()

    @property
    def states(self) -> set[str]:
        """Of the address, and of the area codes of the telephones."""
        found = {event.state for event in self._past(ev.DebtorRegistered, ev.ContactPointAdded)}
        return found - {""}

    def _past(self, *kinds: type[Any]) -> list[Any]:
        return [event for event in self.portfolio.of(*kinds) if event.at_us <= self.instant]

    def _about(self, receivable: str, *kinds: type[Any]) -> list[Any]:
        return [
            event
            for event in self._past(*kinds)
            if receivable in (getattr(event, "receivables", ()) or (getattr(event, "receivable", ""),))
        ]

    def issued(self, receivable: str) -> ev.InvoiceIssued:
        """Its first fact."""
        return next(event for event in self.portfolio.of(ev.InvoiceIssued) if event.receivable == receivable)

    def days_past_due(self, receivable: str) -> timedelta:
        """Since the due date."""
        return self.day - self.issued(receivable).due

    # contacts

    def is_open(self, channel: str) -> bool:
        """Whether the debtor may be contacted by that channel at this clock time."""
        clock = naive.wall(self.portfolio, self.instant)
        if clock.date() in naive.CONTACT_HOLIDAYS or any(
            (state, clock.date()) in STATE_HOLIDAYS for state in self._home
        ):
            return False
        if channel == "email":
            return True
        table = OF_CALLS if channel == "call" else OF_TEXTS
        return all(_is_within(hours, clock) for hours in [OF_ALL, *(table[each] for each in self.states & {*table})])

    @property
    def _home(self) -> set[str]:
        return {event.state for event in self._past(ev.DebtorRegistered)}

    def is_listed(self, point: str) -> bool:
        """Whether a do-not-call list closes a telephone today."""
        for state in self.states & {*DO_NOT_CALL}:
            since: date | None = None
            for event in self._past(ev.DoNotCallRegistered, ev.DoNotCallRemoved):
                if (event.point, event.list) == (point, DO_NOT_CALL[state]):
                    registered = isinstance(event, ev.DoNotCallRegistered)
                    since = naive.wall(self.portfolio, event.at_us).date() if registered else None
            if since is not None and self.day >= since + BINDS_AFTER:
                return True
        return False

    # what stands in the way of an act

    def lacks(self, kind: str, receivable: str) -> str:
        """What forbids an act now, or is missing for it; "" where nothing is."""
        found = self._is_over(kind, receivable)
        if found:
            return found
        if kind in {"listing", "protest", "lawsuit"}:
            steps = [event.step for event in self._about(receivable, ev.StepApproved)]
            if kind not in steps:
                return "no person approved it"
        checks = {
            "listing": self._listing,
            "protest": self._protest,
            "suspend": self._suspension,
            "lawsuit": self._lawsuit,
        }
        return checks[kind](receivable) if kind in checks else ""

    def _is_over(self, kind: str, receivable: str) -> str:
        if naive.debts(self.portfolio, self.instant)[receivable].is_settled:
            return "paid"
        if naive.is_stopped(self.portfolio, receivable, self.instant):
            return "stopped"
        if self._about(receivable, ev.AgreementSigned):
            return "under agreement"
        return "time-barred" if self.day > self.last_day(receivable, kind) else ""

    def last_day(self, receivable: str, kind: str = "") -> date:
        """Of the prescription that counts for a kind of step."""
        issued = self.issued(receivable)
        terms = PROTEST_TERMS if kind == "protest" else SHORT_TERMS
        since = issued.due
        for event in self._about(receivable, *RESTARTS):
            day = naive.wall(self.portfolio, event.at_us).date()
            if since <= day <= self._end(issued.kind, since, terms, kind):
                since = day
                break
        return self._end(issued.kind, since, terms, kind)

    def _end(self, title: str, since: date, terms: dict[str, int], kind: str) -> date:
        if title == "cheque" and kind == "protest":
            return _months_later(since + timedelta(days=30), 6)
        return _years_later(since, terms.get(title, 5))

    def _noticed(self, receivable: str, term: timedelta, by: timedelta | None = None) -> bool:
        """Whether the term after a delivered notice is over: the first notice that counts says when."""
        for event in self._about(receivable, ev.NoticeDelivered):
            day = naive.wall(self.portfolio, event.at_us).date()
            if by is None or day <= self.issued(receivable).due + by:
                return self.day > naive.next_business_day(day + term)
        return False

    def _listing(self, receivable: str) -> str:
        if not self._noticed(receivable, NOTICED_BEFORE):
            return "no notice, or its term is not over"
        if self.days_past_due(receivable) < LISTED_AFTER:
            return "not past due long enough"
        return "five years old" if self.day > _years_later(self.issued(receivable).due, LISTED_YEARS) else ""

    def _protest(self, receivable: str) -> str:
        if self.days_past_due(receivable) < PROTESTED_AFTER:
            return "not past due long enough"
        title = self.issued(receivable).kind
        held = {
            each for event in self._about(receivable, ev.InvoiceIssued, ev.InvoiceAmended) for each in event.documents
        }
        is_proved = {"invoice", "delivery-proof"} <= held
        return "" if is_proved or title not in {"duplicata", ""} else "no proof of delivery"

    def _suspension(self, receivable: str) -> str:
        title, past = self.issued(receivable).kind, self.days_past_due(receivable)
        if title in {"school", "condominium", ""}:
            return "forbidden"
        if title not in NOTICE_DAYS:
            return ""
        by = timedelta(days=50) if title == "health" else None
        if not self._noticed(receivable, timedelta(days=NOTICE_DAYS[title]), by):
            return "no notice, or its term is not over"
        if title == "health" and (past < timedelta(days=60) or self._overdue() < 2):
            return "fewer than sixty days, or fewer than two fees"
        if title == "energy" and past > CUT_UNTIL:
            return "older than ninety days"
        return "" if title in {"telecom", "health"} or self._may_cut() else "no cut at that hour"

    def _may_cut(self) -> bool:
        clock = naive.wall(self.portfolio, self.instant)
        eve = clock.date() + naive.ONE
        is_free = clock.weekday() in {FRIDAY, SATURDAY, SUNDAY} or {clock.date(), eve} & naive.CONTACT_HOLIDAYS
        return not is_free and 8 * 60 <= clock.hour * 60 + clock.minute < 18 * 60

    def _overdue(self) -> int:
        """How many fees of a plan are unpaid; what has no kind may be one."""
        found = naive.debts(self.portfolio, self.instant)
        return sum(
            not debt.is_settled
            and self.day > naive.next_business_day(debt.due)
            and self.issued(name).kind in {"health", ""}
            and not self._about(name, ev.AgreementSigned)
            for name, debt in found.items()
        )

    def _lawsuit(self, receivable: str) -> str:
        is_early = self.days_past_due(receivable) <= timedelta(days=90)
        return "within ninety days" if is_early and self.issued(receivable).kind in {"school", ""} else ""


def _is_within(hours: tuple[Hours, Hours], clock: Any) -> bool:
    found = None if clock.weekday() == SUNDAY else hours[clock.weekday() == SATURDAY]
    return found is not None and found[0] <= clock.hour * 60 + clock.minute < found[1]


def _years_later(day: date, years: int) -> date:
    return _months_later(day, 12 * years)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:  # Código Civil art. 132 §3: the first day of the month after
        return _months_later(day.replace(day=1), months + 1)
