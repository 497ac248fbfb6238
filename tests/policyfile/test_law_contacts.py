import pytest
from tests.policyfile.lawful import diagnosed, pack, told
from tests.policyfile.writing import at, step

WEEK = '{ weekdays = "08:00-20:00", saturday = "08:00-14:00" }'
HOURS = f'contact_hours = [{{ channels = ["call", "sms"], windows = {WEEK} }}]'
SMS = step("a", at("D+3", "10:00")).replace('"email"', '"sms"')
CALL = '[[step]]\nid = "b"\nat = "D+3 10:00"\nkind = "task"\n'


@pytest.mark.parametrize(
    ("windows", "found"),
    [
        (WEEK, False),
        ('{ weekdays = "09:00-18:00" }', False),
        ('{ weekdays = "07:59-20:00" }', True),
        ('{ weekdays = "08:00-20:01" }', True),
        ('{ wednesday = "08:00-21:00" }', True),
        ('{ sunday = "10:00-12:00" }', True),
    ],
)
def test_windows_wider_than_a_hard_rule_of_all_debtors_are_refused(windows: str, found: bool):  # noqa: FBT001 - a table
    """On any day of the week, at either end."""
    expected = ["1:8 error window-wider-than-law"] if found else []
    assert told(f"limits.windows = {windows}\n{SMS}", pack(HOURS)) == expected
    assert told(f"limits.call_windows = {windows}\n{CALL}", pack(HOURS)) == expected


def test_windows_wider_than_a_default_are_a_warning():
    """The message tells the first day, both hours and the way out."""
    (found,) = diagnosed(
        f'limits.windows = {{ sunday = "10:00-12:00" }}\n{SMS.replace("10:00", "11:00")}', pack(HOURS, kind="default")
    )
    assert found.severity == "warning"
    assert found.message == (
        "limits.windows has sunday 10:00-12:00, and regua keeps to a closed day (lei.um: Lei 1/2000 art. 1); "
        'narrow limits.windows, or loosen it in [[legal.loosen]] with rule = "lei.um"'
    )


@pytest.mark.parametrize(("channel", "found"), [("email", False), ("sms", True), ("meu-zap", True)])
def test_windows_are_held_against_rules_of_the_channels_in_use(channel: str, found: bool):  # noqa: FBT001 - a table
    """A name that says nothing of itself counts as meant."""
    text = f'limits.windows = {{ weekdays = "06:00-22:00" }}\n{SMS.replace("sms", channel)}'
    assert bool(told(text, pack(HOURS))) == found


def test_call_windows_matter_where_somebody_calls():
    """A policy without tasks has none."""
    assert told(f'limits.call_windows = {{ weekdays = "06:00-22:00" }}\n{SMS}', pack(HOURS)) == []


def test_what_the_policy_leaves_open_is_not_wider():
    """The engine narrows the built-in hours; the policy says nothing that could be mended."""
    rules = pack('contact_hours = [{ channels = ["sms"], windows = { weekdays = "09:00-18:00" } }]')
    assert told(SMS, rules) == []


STATE = HOURS.replace("08:00-20:00", "09:00-19:00")


def test_windows_wider_than_those_of_a_state_are_a_warning():
    """The engine keeps to them where the debtor lives there."""
    rules = pack(STATE, more='where = { states = ["RJ"] }')
    (found,) = diagnosed(f'limits.windows = {{ weekdays = "08:00-20:30" }}\n{SMS}', rules)
    assert (found.severity, found.code) == ("warning", "window-wider-than-law")
    assert "lei.um for RJ" in found.message


def test_a_policy_for_the_country_need_not_name_the_hours_of_every_state():
    """The shipped packs: within the national default nothing is said; beyond it the states are told too."""
    from regua.policyfile import check_policy

    text = f'format = 1\npolicy.id = "x"\nlegal.packs = ["br"]\nlimits.call_windows = {WEEK}\n{CALL}'
    assert check_policy(text) == []
    (found,) = check_policy(text.replace("20:00", "21:00"))
    assert (found.severity, found.code) == ("warning", "window-wider-than-law")
    assert "(horario.padrao: " in found.message
    assert "SP horario.sp, RJ horario.rj" in found.message


LIMITS = 'contact_limits = [{ per_day = 1, per_week = 3, min_interval = "1d" }]'


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ("contacts_per_day = 1", False),
        ("contacts_per_day = 2", True),
        ("contacts_per_week = 3", False),
        ("contacts_per_week = 4", True),
        ('min_interval = "1d"', False),
        ('min_interval = "2d"', False),
        ('min_interval = "0d"', True),
    ],
)
def test_contacts_more_often_than_a_rule_allows(limits: str, found: bool):  # noqa: FBT001 - a table
    """What a policy leaves open is filled in; what it says must not be looser."""
    line = f"limits.{limits}\n"
    assert told(line, pack(LIMITS, kind="default")) == (["1:8 warning contacts-over-cap"] if found else [])
    assert told(line, pack(LIMITS)) == (["1:8 error contacts-over-cap"] if found else [])
    assert told(line, pack(LIMITS, more='where = { states = ["SP"] }')) == (
        ["1:8 warning contacts-over-cap"] if found else []
    )


def test_the_remedy_for_contacts_that_are_too_many():
    """The line to write."""
    (found,) = diagnosed("limits.contacts_per_week = 9\n", pack(LIMITS))
    assert found.message == (
        "limits.contacts_per_week is 9, and regua keeps to 3 (lei.um: Lei 1/2000 art. 1); write contacts_per_week = 3"
    )
