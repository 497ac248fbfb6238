"""What passes every rule, and may leave a debtor without it."""

import pytest

from regua.calendars import BrazilianBankCalendar
from regua.core.calendars import LocalCalendar, LocalHoliday, WeekdayCalendar
from regua.plugins import Registry
from regua.policyfile import DEFAULT_CATALOG, Diagnostic, check_policy

BR = 'format = 1\n[policy]\nid = "padrao"\n{}\n[legal]\npacks = ["br", "br-consumer"]\n{}'


def doubted(text: str, code: str, catalog: object = DEFAULT_CATALOG) -> list[Diagnostic]:
    """What of it is told by a code."""
    return [each for each in check_policy(text, catalog=catalog) if each.code == code]


def test_a_calendar_without_the_holidays_of_law_is_told():
    """Under Brazilian packs a Carnival Monday is no business day."""
    text = BR.format('calendar = "weekdays"', "")
    [found] = doubted(text, "calendar-of-no-law")
    assert (found.line, found.severity) == (4, "warning")
    assert "data.feriados_bancarios" in found.message
    assert 'calendar = "br-bancario"' in found.message
    for good in (text.replace("weekdays", "br-bancario"), text.replace('["br", "br-consumer"]', "[]")):
        assert doubted(good, "calendar-of-no-law") == []


def test_a_calendar_upon_that_of_the_banks_is_none_without_law():
    """One upon plain weekdays is, whatever it is called."""
    holiday = LocalHoliday(day="12-08", name="Nossa Senhora da Conceição")
    own = {
        name: LocalCalendar(name=name, base=base, holidays=[holiday])
        for name, base in (("recife", BrazilianBankCalendar()), ("loja", WeekdayCalendar()))
    }
    catalog = Registry.discover(entry_points=False).catalog(calendars=own)
    assert doubted(BR.format('calendar = "recife"', ""), "calendar-of-no-law", catalog) == []
    assert len(doubted(BR.format('calendar = "loja"', ""), "calendar-of-no-law", catalog)) == 1


def test_a_misspelt_kind_of_receivable_is_told():
    """It counts as unknown; the nearest is offered."""
    step = '[[step]]\nid = "a"\nat = "D+60 10:00"\nkind = "protest"\nwhen = {{ kind = [{}] }}\n'
    [found] = doubted(BR.format("", step.format('"services", "Duplicata"')), "title-unknown")
    assert (found.line, found.severity) == (11, "warning")
    assert "'Duplicata', which counts as unknown; did you mean 'duplicata'?" in found.message
    assert doubted(BR.format("", step.format('"services", "contract"')), "title-unknown") == []


SEVERE = (
    '[[step]]\nid = "a"\non = "promise.broken"\ntone = "{}"\npresses = {}\nchannels = ["email"]\ntemplate = "atraso"\n'
)


@pytest.mark.parametrize(
    ("tone", "presses", "found"),
    [("final", "false", 1), ("formal", "false", 1), ("courteous", "false", 0), ("final", "true", 0)],
)
def test_a_severe_step_that_says_it_does_not_press_is_told(tone: str, presses: str, found: int):
    """It would be under no cap of the packs; where there are none nothing is said."""
    text = BR.format("", SEVERE.format(tone, presses))
    doubts = doubted(text, "presses-denied")
    assert [(each.line, each.severity) for each in doubts] == [(11, "warning")] * found
    assert doubted(text.replace('["br", "br-consumer"]', "[]"), "presses-denied") == []


def test_a_ladder_that_is_not_gradual_is_told_of_consumers():
    """CDC art. 42: nobody's first contact is a threat."""
    plan = "[plan]\ngradual = false\n"
    [found] = doubted(BR.format("", plan), "gradual-off")
    assert (found.line, found.severity) == (8, "warning")
    assert "cdc.42" in found.message
    assert doubted(BR.format("", plan).replace(', "br-consumer"', ""), "gradual-off") == []
