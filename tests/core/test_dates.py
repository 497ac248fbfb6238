"""Days, offsets, clock times and instants, also where the clocks of a zone jump."""

from datetime import UTC, date, datetime, timedelta, timezone

import pendulum
import pytest
from tests.core.shop import clock, day

from regua.core import dates
from regua.core.dates import Duration, Offset
from regua.errors import DateError

HOUR = 3600 * dates.MICROSECONDS


def test_a_civil_date_is_a_date_and_nothing_that_looks_like_one():
    """A pendulum.DateTime is a date too, and so is a datetime."""
    assert dates.civil_date(date(2026, 4, 18)) == date(2026, 4, 18)
    assert type(dates.civil_date(pendulum.date(2026, 4, 18))) is date
    for wrong in (datetime(2026, 4, 18, tzinfo=UTC), pendulum.datetime(2026, 4, 18), "2026-04-18", None):
        with pytest.raises(DateError, match="civil date"):
            dates.civil_date(wrong)


def test_an_optional_date_may_be_missing():
    """And is checked where it is not."""
    assert dates.optional_civil_date(None) is None
    assert dates.optional_civil_date(date(2026, 4, 18)) == date(2026, 4, 18)


@pytest.mark.parametrize("text", ["2026-4-18", "20260418", "2026-04-18T00:00", " 2026-04-18", "\uff12026-04-18", ""])
def test_a_date_is_written_in_one_way(text: str):
    """YYYY-MM-DD."""
    with pytest.raises(DateError, match="YYYY-MM-DD"):
        dates.parse_date(text)


def test_a_day_that_does_not_exist_is_no_date():
    """2026 is no leap year."""
    assert dates.parse_date("2024-02-29") == date(2024, 2, 29)
    with pytest.raises(DateError, match="does not exist"):
        dates.parse_date("2026-02-29")


def test_an_instant_is_an_aware_datetime_of_any_zone():
    """12:00 UTC, 09:00 in São Paulo and pendulum's own are one instant."""
    utc = dates.to_instant(datetime(2026, 4, 18, 12, tzinfo=UTC))
    assert utc == dates.to_instant(datetime(2026, 4, 18, 9, tzinfo=timezone(timedelta(hours=-3))))
    assert utc == dates.to_instant(pendulum.datetime(2026, 4, 18, 9, tz="America/Sao_Paulo"))
    assert utc == dates.to_instant(utc) == clock("2026-04-18 09:00")


def test_a_naive_datetime_is_an_error():
    """As is a date, a string, a float, a bool."""
    with pytest.raises(DateError, match="naive"):
        dates.to_instant(datetime(2026, 4, 18))  # noqa: DTZ001 - the error itself
    for wrong in (date(2026, 4, 18), "2026-04-18T00:00:00Z", 1.5, True, None):
        with pytest.raises(DateError, match="an instant is an aware datetime"):
            dates.to_instant(wrong)  # type: ignore[arg-type]


def test_an_instant_before_1970_and_its_microseconds_are_exact():
    """Floor, not truncation."""
    assert dates.to_instant(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1
    assert dates.format_instant(-1) == "1969-12-31T23:59:59.999999Z"


@pytest.mark.parametrize(
    "text",
    ["2026-04-18", "2026-04-18 09:00Z", "2026-04-18T25:00Z", "\uff12026-04-18T09:00Z", "T", "0001-01-01T00:00+24:00"],
)
def test_an_instant_is_written_as_iso_8601_with_an_offset(text: str):
    """Nothing is guessed."""
    with pytest.raises(DateError, match="not an instant"):
        dates.parse_instant(text)


def test_an_instant_is_read_and_written_in_utc():
    """One without an offset is none."""
    assert dates.format_instant(dates.parse_instant("2026-04-18T09:00:00-03:00")) == "2026-04-18T12:00:00Z"
    with pytest.raises(DateError, match="not an instant"):
        dates.parse_instant("2026-04-18T09:00:00")


def test_public_instants_are_pendulum_in_the_zone_asked_for():
    """UTC unless told otherwise."""
    instant = clock("2026-04-18 09:00")
    assert dates.public_instant(instant).isoformat() == "2026-04-18T12:00:00+00:00"
    assert dates.public_instant(instant, "America/Manaus").hour == 8


def test_a_zone_has_an_iana_name():
    """Whatever zoneinfo raises for it."""
    for name in ("Marte/Olimpo", "", "../etc/passwd", "America"):
        with pytest.raises(DateError, match="IANA"):
            dates.zone_info(name)


def shown(instant: int, zone: str) -> str:
    """The wall clock with its offset."""
    return dates.local(instant, zone).isoformat(timespec="minutes")


def test_a_clock_time_that_a_change_leaves_out_is_that_much_later():
    """On 2018-11-04 São Paulo went from 00:00 to 01:00: 00:30 is 01:30, the day begins at 01:00."""
    zone, sunday = "America/Sao_Paulo", day("2018-11-04")
    assert shown(dates.instant_of(sunday, 30, zone), zone) == "2018-11-04T01:30-02:00"
    assert shown(dates.day_start(sunday, zone), zone) == "2018-11-04T01:00-02:00"
    assert dates.civil_day(dates.day_start(sunday, zone), zone) == sunday
    assert dates.civil_day(dates.day_start(sunday, zone) - 1, zone) == sunday - 1
    assert dates.day_start(sunday + 1, zone) - dates.day_start(sunday, zone) == 23 * HOUR


def test_a_clock_time_that_occurs_twice_is_the_first():
    """On 2019-02-17 São Paulo went from 00:00 back to 23:00 of the 16th: 23:30 is the one in summer time."""
    zone, saturday = "America/Sao_Paulo", day("2019-02-16")
    assert shown(dates.instant_of(saturday, 23 * 60 + 30, zone), zone) == "2019-02-16T23:30-02:00"
    assert dates.day_start(saturday + 1, zone) - dates.day_start(saturday, zone) == 25 * HOUR
    assert dates.civil_day(dates.day_start(saturday + 1, zone) - 1, zone) == saturday


def test_the_end_of_a_day_is_the_start_of_the_next():
    """Minute 1440, also on days that are longer or shorter."""
    zone = "America/Sao_Paulo"
    for text in ("2018-11-03", "2018-11-04", "2019-02-16", "2026-04-18"):
        assert dates.instant_of(day(text), 1440, zone) == dates.day_start(day(text) + 1, zone)


@pytest.mark.parametrize(("zone", "hour"), [("America/Manaus", 13), ("America/Noronha", 11), ("America/Sao_Paulo", 12)])
def test_nine_in_the_morning_is_nine_where_the_debtor_is(zone: str, hour: int):
    """Manaus is an hour behind São Paulo, Noronha an hour ahead."""
    instant = dates.instant_of(day("2026-04-18"), 9 * 60, zone)
    assert dates.format_instant(instant) == f"2026-04-18T{hour}:00:00Z"


def test_one_instant_lies_on_two_civil_days():
    """23:30 in Manaus is half past midnight in São Paulo."""
    instant = clock("2026-04-18 23:30", "America/Manaus")
    assert dates.civil_day(instant, "America/Manaus") == day("2026-04-18")
    assert dates.civil_day(instant, "America/Sao_Paulo") == day("2026-04-19")


def test_a_clock_time_runs_from_midnight_to_a_minute_before_the_next():
    """00:00 to 23:59, with two digits each."""
    assert dates.parse_clock("00:00") == 0
    assert dates.parse_clock("23:59") == 1439
    assert dates.format_clock(570) == "09:30"
    for wrong in ("24:00", "9:00", "09:60", "0900", "09:00:00", "\u0660\u0669:\u0660\u0660"):
        with pytest.raises(DateError, match="HH:MM"):
            dates.parse_clock(wrong)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("D-5", Offset(-5)),
        ("D0", Offset(0)),
        ("D+3", Offset(3)),
        ("D+3bd", Offset(3, business=True)),
        ("D-2bd", Offset(-2, business=True)),
    ],
)
def test_an_offset_reads_and_prints_the_same(text: str, offset: Offset):
    """D-5, D0, D+3, D+3bd."""
    assert Offset.parse(text) == offset
    assert str(offset) == text


@pytest.mark.parametrize("text", ["D", "D3", "D+", "D+3b", "d+3", "D+3bd ", "D0bd", "D+1.5", "D+123456", "D+٣"])
def test_what_is_no_offset_is_refused(text: str):
    """With the form to write."""
    with pytest.raises(DateError, match="D-5, D0"):
        Offset.parse(text)


def test_zero_days_after_is_the_day_itself():
    """`D+0` is `D0`, and so is `D-0`."""
    assert Offset.parse("D+0") == Offset.parse("D-0") == Offset(0)


def test_a_duration_is_a_whole_number_of_days():
    """Civil or business days, never negative."""
    assert Duration.parse("10d") == Duration(10)
    assert Duration.parse("1bd") == Duration(1, business=True)
    assert [str(Duration(10)), str(Duration(1, business=True))] == ["10d", "1bd"]
    for wrong in ("10", "10 d", "-1d", "1.5d", "P1D", "٣d"):
        with pytest.raises(DateError, match="not a duration"):
            Duration.parse(wrong)
    for number in (-1, 1.5, True):
        with pytest.raises(DateError, match="whole number of days"):
            Duration(number)  # type: ignore[arg-type]


def test_days_end_with_the_year_9000():
    """So that no arithmetic overflows."""
    last = date(9000, 1, 1).toordinal() - 1
    assert dates.check_day(1) == 1
    assert dates.check_day(last) == last
    for wrong in (0, last + 1, -1):
        with pytest.raises(DateError, match="years 1 to 9000"):
            dates.check_day(wrong)


def test_the_civil_day_of_an_instant_in_an_hour_in_which_the_clocks_change():
    """Lord Howe moved by half an hour at 02:00, Lima knew no whole offset before 1908: both are read to the second."""
    for zone, text in (("America/Lima", "1908-07-28T05:08:11Z"), ("Australia/Lord_Howe", "2026-04-04T15:00:00Z")):
        instant = dates.parse_instant(text)
        for each in (instant - 1, instant, instant + HOUR):
            assert dates.civil_day(each, zone) == dates.local(each, zone).toordinal()
