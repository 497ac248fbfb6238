import pytest
from tests.policyfile.lawful import OTHERS, diagnosed, pack, told
from tests.policyfile.writing import at, step

from regua.core.legal import LegalPack


def act(kind: str, day: str = "D+40", *lines: str) -> str:
    """Write a step of an act: id in line 2, day in 3, kind in 4."""
    return f'[[step]]\nid = "a"\nat = "{day} 10:00"\nkind = "{kind}"\n' + "".join(f"{line}\n" for line in lines)


TITLES = 'where = { titles = ["condominium", "school"] }'
FORBIDDEN = pack('forbidden = [{ kinds = ["suspend"] }]' + OTHERS, more=TITLES)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (act("suspend"), ["4:1 error forbidden-step"]),
        (act("suspend", "D+40", 'when = { kind = "school" }'), ["4:1 error forbidden-step"]),
        (act("suspend", "D+40", 'when = { kind = ["energy", "school"] }'), ["4:1 error forbidden-step"]),
        (act("suspend", "D+40", 'when = { kind = "energy" }'), []),
        (
            act("suspend", "D+40", 'when = { kind = ["energy", "School"] }'),
            ["4:1 error forbidden-step", "5:10 warning title-unknown"],
        ),
        (act("listing"), []),
    ],
)
def test_a_step_that_a_rule_forbids_is_refused(text: str, found: list[str]):
    """A step that does not say for which titles it is may be for these."""
    assert told(text, FORBIDDEN) == found


def test_the_remedy_for_a_forbidden_step():
    """Where the titles are open, to say them; else to do without."""
    (first,) = diagnosed(act("suspend"), FORBIDDEN)
    assert first.message == (
        "step 'a' is of the kind 'suspend', which is never allowed "
        "(lei.um for condominium, school: Lei 1/2000 art. 1); write in when.kind for which other titles it is"
    )
    (second,) = diagnosed(act("suspend", "D+40", 'when = { kind = "school" }'), FORBIDDEN)
    assert second.message.endswith("; remove the step")


@pytest.mark.parametrize(
    ("where", "when", "found"),
    [
        ('states = ["PR"]', "", False),
        ('states = ["PR"]', 'when = { state = ["SP", "PR"] }', True),
        ('states = ["PR"]', 'when = { state = "SP" }', False),
        ('debtor = "person"', "", True),
        ('debtor = "person"', 'when = { debtor = "person" }', True),
        ('debtor = "person"', 'when = { debtor = "company" }', False),
    ],
)
def test_to_which_steps_a_rule_matters(where: str, when: str, found: bool):  # noqa: FBT001 - a table
    """A state only where the step names it: the engine knows where a debtor lives."""
    rules = pack('forbidden = [{ kinds = ["suspend"] }]', more=f"where = {{ {where} }}")
    assert bool(told(act("suspend", "D+40", when), rules)) == found


TITLE = pack('terms = [{ kinds = ["protest"], with_title = true }]', more='where = { titles = ["duplicata"] }')


def test_a_protest_without_a_title_is_refused():
    """A boleto is no title: the step says for which kinds of title it is."""
    (found,) = diagnosed(act("protest"), TITLE)
    assert (found.line - 3, found.severity, found.code) == (4, "warning", "protest-without-title")
    assert found.message == (
        "step 'a' does not say for which kinds of title it is (lei.um for duplicata: Lei 1/2000 art. 1); "
        'write when = { kind = "duplicata" }'
    )
    assert told(act("protest", "D+40", 'when = { kind = "duplicata" }'), TITLE) == []
    assert told(act("protest", "D+40", 'when = { debtor = "company" }'), TITLE) == ["4:1 warning protest-without-title"]


def test_an_example_of_a_title_where_the_rule_names_none():
    """Any kind of title is meant."""
    (found,) = diagnosed(act("protest"), pack('terms = [{ kinds = ["protest"], with_title = true }]'))
    assert found.message.endswith('write when = { kind = "services" }')


@pytest.mark.parametrize(("kind", "severity"), [("hard", "error"), ("default", "warning")])
def test_a_step_that_does_not_say_that_it_waits_for_approval(kind: str, severity: str):
    """It waits all the same; a hard rule wants it said."""
    rules = pack('terms = [{ kinds = ["lawsuit"], approval = true }]', kind=kind)
    assert told(act("lawsuit"), rules) == [f"4:1 {severity} approval-missing"]
    assert told(act("lawsuit", "D+40", 'approval = "human"'), rules) == []
    assert told(act("agency"), rules) == []


WARNING = step("aviso", at("D+20"))
LISTING = act("listing", "D+40", 'registrar = "bureau"', 'requires = { delivered = "aviso" }')
NOTICE = pack('terms = [{ kinds = ["listing"], notice = true }]')


def test_our_own_reminder_is_not_the_legal_notice():
    """CDC art. 43 §2: the bureau sends it; where this one does not, the policy needs a step for it."""
    (found,) = diagnosed(WARNING + LISTING, NOTICE, frozenset())
    assert (found.line - 3, found.severity, found.code) == (12, "error", "reminder-as-notice")
    assert found.message == (
        "step 'a' takes 'aviso' for the legal notice, and that is a message of our own (lei.um: Lei 1/2000 art. 1); "
        'add a step of kind = "notice" and registrar = "bureau", and require that one'
    )


@pytest.mark.parametrize(
    ("text", "notifying"),
    [
        (WARNING + LISTING, frozenset({"bureau"})),
        (WARNING + LISTING, None),
        (WARNING + LISTING + act("notice", "D+25").replace('"a"', '"n"'), frozenset()),
    ],
)
def test_what_does_not_pose_as_the_legal_notice(text: str, notifying: frozenset[str] | None):
    """The bureau sends it, nobody knows, or the policy has a step for it."""
    assert told(text, NOTICE, notifying) == []


def test_the_notice_of_another_registrar_is_not_that_of_the_bureau_that_lists():
    """Súmula STJ 359; whether or not anybody told what the bureau does."""
    notice = act("notice", "D+25", 'registrar = "correio"').replace('"a"', '"aviso"')
    for notifying in (None, frozenset[str]()):
        assert told(notice + LISTING, NOTICE, notifying)[-1].split()[1:] == ["error", "reminder-as-notice"]


def test_a_legal_notice_that_nobody_sends_is_a_warning():
    """The host may tell of it, or the step waits in vain; that of a suspension may be a message of our own."""
    energy = pack('terms = [{ kinds = ["suspend"], notice = true }]')
    suspending = act("suspend", "D+40", 'requires = { delivered = "aviso" }')
    assert told(WARNING + suspending, energy, frozenset()) == ["10:1 warning notice-missing"]
    (found,) = diagnosed(act("listing", "D+40", 'registrar = "bureau"'), NOTICE, frozenset())
    assert (found.line - 3, found.severity, found.code) == (4, "warning", "notice-missing")
    assert found.message == (
        "step 'a' waits for a legal notice, which no step asks for and no registrar of it sends "
        '(lei.um: Lei 1/2000 art. 1); add a step of kind = "notice" and registrar = "bureau" before it'
    )


TERM = pack('terms = [{ kinds = ["listing", "protest", "suspend", "lawsuit"], days_past_due = 30 }]')


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("D+29", True),
        ("D+30", False),
        ("D+21bd", True),
        ("D+22bd", False),
        ("D-3", True),
        ("D0", True),
    ],
)
@pytest.mark.parametrize("kind", ["listing", "protest", "suspend", "lawsuit"])
def test_a_step_before_its_term_is_a_warning(kind: str, day: str, found: bool):  # noqa: FBT001 - a table
    """It waits. 22 business days are four weeks and two days at least."""
    assert told(act(kind, day), TERM) == (["3:1 warning step-before-term"] if found else [])


@pytest.mark.parametrize(
    "text",
    [
        act("listing", "D+3", 'anchor = "issued"'),
        '[[step]]\nid = "a"\non = "promise.broken"\nkind = "listing"\n',
        WARNING
        + act("listing", "D+3", 'requires = { delivered = "aviso", at_least = "10d" }').replace("D+3 ", "D+29 "),
    ],
)
def test_a_step_whose_day_is_not_surely_before_its_term(text: str):
    """Counted from the issue, on an event, or held by what it requires."""
    assert "step-before-term" not in " ".join(told(text, TERM))


def test_the_longest_term_is_the_one_that_is_named():
    """Who waits for it waits for all."""
    rules = pack('terms = [{ kinds = ["listing"], days_past_due = 5 }, { kinds = ["listing"], days_past_due = 60 }]')
    (found,) = diagnosed(act("listing", "D+3"), rules)
    assert found.message == (
        "step 'a' comes before day 60 past due, and waits for it (lei.um: Lei 1/2000 art. 1); move it to D+60 or later"
    )


LAST_DAY = pack(
    'terms = [{ kinds = ["suspend"], last_day_past_due = 90 }]' + OTHERS, more='where = { titles = ["energy"] }'
)
LAST_YEAR = pack('terms = [{ kinds = ["listing"], last_year = 5 }]')


@pytest.mark.parametrize(
    ("text", "rules", "found"),
    [
        (act("suspend", "D+90"), LAST_DAY, False),
        (act("suspend", "D+91"), LAST_DAY, True),
        (act("suspend", "D+91", 'when = { kind = "water" }'), LAST_DAY, False),
        (act("listing", "D+1827"), LAST_YEAR, False),
        (act("listing", "D+1828"), LAST_YEAR, True),
        (act("restore", "D+3000"), pack('terms = [{ kinds = ["restore"], last_year = 5 }]'), False),
    ],
)
def test_a_step_after_its_term_is_refused(text: str, rules: LegalPack, found: bool):  # noqa: FBT001 - a table
    """It can never run. Five years are at most 1827 days."""
    assert told(text, rules) == (["3:1 error step-after-term"] if found else [])


BARS = 'barred = [{ kinds = ["message", "lawsuit", "protest"] }]'


@pytest.mark.parametrize(
    ("text", "term", "found"),
    [
        (act("lawsuit", "D+1827"), "{ years = 5 }", False),
        (act("lawsuit", "D+1828"), "{ years = 5 }", True),
        (act("agency", "D+1828"), "{ years = 5 }", False),
        (step("a", at("D+1828")), "{ years = 5 }", True),
        (step("a", at("D+1828"), "presses = false"), "{ years = 5 }", True),
        (act("lawsuit", "D+216"), "{ days = 30, months = 6 }", False),
        (act("lawsuit", "D+217"), "{ days = 30, months = 6 }", True),
        (act("lawsuit", "D+217"), '{ days = 30, months = 6, only = ["protest"] }', False),
        (act("protest", "D+217"), '{ days = 30, months = 6, only = ["protest"] }', True),
    ],
)
def test_a_step_after_the_prescription_is_refused(text: str, term: str, found: bool):  # noqa: FBT001 - a table
    """Of what the claim's prescription ends, as the calendar may put its last day."""
    assert told(text, pack(f"prescription = [{term}]\n{BARS}")) == (["3:1 error step-after-term"] if found else [])


def test_a_prescription_that_bars_nothing_ends_no_step():
    """As where `presc.extrajudicial` is loosened."""
    assert told(act("lawsuit", "D+3000"), pack("prescription = [{ years = 5 }]")) == []


def test_the_remedy_for_a_step_after_the_prescription():
    """The term is named, what it ends it by, and where the titles are open, that they can be said."""
    more = 'where = { titles = ["rent"] }'
    (found,) = diagnosed(act("lawsuit", "D+1200"), pack(f"prescription = [{{ years = 3 }}]\n{BARS}", more=more))
    assert found.message == (
        "step 'a' comes after the claim is time-barred, by which lei.um ends it (lei.um for rent: Lei 1/2000 art. 1); "
        "move it to D+1096 or earlier, or write in when.kind for which other titles it is"
    )
