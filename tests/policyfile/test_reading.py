import tomllib
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from regua.core.dates import Duration, Offset
from regua.core.policy import (
    Conditions,
    Declared,
    Discount,
    EventTrigger,
    InstalmentRules,
    Levy,
    Loosening,
    OfferRule,
    OffsetTrigger,
    Range,
    Rate,
    StepReference,
    Window,
)
from regua.core.tones import Tone
from regua.policyfile import Catalog, check_policy, load_policy

HEAD = 'format = 1\npolicy.id = "padrao"\n'
MESSAGE = 'channels = ["email"]\ntemplate = "x"\n'


def first_step(text: str):
    """Load a policy of one step and give that step."""
    return load_policy(f'{HEAD}[[step]]\nid = "a"\n{text}').steps[0]


def test_the_shipped_example_loads_with_nothing_but_warnings(example: Path):
    """Every table of it becomes a value of the core."""
    policy = load_policy(example)
    assert (policy.id, policy.version, policy.calendar, policy.currency) == ("boleto-b2c", 7, "br-bancario", "BRL")
    assert {problem.code for problem in check_policy(example)} == {"not-yet-supported"}
    assert [step.id for step in policy.steps][:3] == ["lembrete-email", "lembrete-zap", "atraso-2"]
    assert policy.rungs == (Tone.COURTEOUS, Tone.FORMAL, Tone.FIRM, Tone.FINAL)
    assert (policy.limits.min_balance, policy.limits.tolerance) == (1000, 100)
    assert policy.legal.packs == ("br", "br-consumer")


def test_the_shipped_example_names_its_schema(example: Path):
    """An editor finds the schema beside the policies."""
    comment = example.read_text(encoding="utf-8").splitlines()[0]
    assert (example.parent / comment.removeprefix("#:schema ")).resolve().name == "policy.schema.json"
    assert (example.parent / comment.removeprefix("#:schema ")).is_file()


def test_what_a_file_does_not_say_is_the_core_default():
    """A file with an id alone is the policy with that id alone, whose hours are the built-in ones."""
    policy = load_policy(HEAD)
    assert policy.limits.windows[4:] == (Window(opens=480, closes=1200), Window(opens=480, closes=840), None)
    assert not policy.steps


def test_steps_of_the_example(example: Path):
    """Triggers, templates, references and conditions are read."""
    steps = {step.id: step for step in load_policy(example).steps}
    assert steps["atraso-2"].trigger == OffsetTrigger(offset=Offset(2, business=True), minute=600)
    assert steps["lembrete-zap"].unless == StepReference(step="lembrete-email", outcome="read")
    assert steps["segunda-via"].templates == {Tone.COURTEOUS: "segunda-via-cortes", Tone.FORMAL: "segunda-via"}
    assert steps["atraso-2"].templates == {None: "atraso"}
    assert steps["negativacao"].requires == StepReference(
        step="ultimo-aviso", outcome="delivered", at_least=Duration(10)
    )
    assert steps["protesto"].when == Conditions(kinds=("duplicata",), debtor="company", balance=Range(low=50000))
    assert (steps["protesto"].cutoff, steps["protesto"].registrar, steps["protesto"].approval) == (
        True,
        "notary",
        "human",
    )
    assert steps["obrigado"].trigger == EventTrigger(
        on="receivable.settled", after=Duration(1, business=True), minute=600
    )


def test_charges_and_offers_of_the_example(example: Path):
    """Percentages are exact fractions, money is whole minor units."""
    policy = load_policy(example)
    assert policy.charges.fine == Levy(share=Fraction(1, 50))
    assert policy.charges.interest == Rate(share=Fraction(1, 100), per="month")
    assert policy.charges.discounts == (Discount(until=Offset(-5), levy=Levy(share=Fraction(1, 20))),)
    assert policy.offers == (
        OfferRule(
            id="quitacao",
            when=Conditions(days_past_due=Range(low=15, high=60), score=Range(high=600)),
            discount={"fine": Fraction(1), "interest": Fraction(1), "principal": Fraction(1, 20)},
            instalments=InstalmentRules(max=6, every_months=1, down=Fraction(1, 5), min=5000),
            valid=Duration(5),
        ),
    )


def test_every_value_knows_its_line(example: Path):
    """The table under the empty name, each key under its own, in the file as it was given."""
    policy = load_policy(example)
    lines = example.read_text(encoding="utf-8").splitlines()
    for step, table in zip(policy.steps, tomllib.loads("\n".join(lines))["step"], strict=True):
        assert lines[step.origins[""].line - 1] == "[[step]]"
        assert set(step.origins) == {"", *table}
        for key in table:
            origin = step.origins[key]
            assert (origin.file, lines[origin.line - 1].startswith(key, origin.column - 1)) == (str(example), True)


def test_values_inside_values_know_their_place_too(example: Path):
    """Rates, ranges, references, windows and triggers stand where their key does."""
    policy = load_policy(example)
    steps = {step.id: step for step in policy.steps}
    lines = example.read_text(encoding="utf-8").splitlines()

    def text_at(value: Declared | None, key: str = "") -> str:
        origin = value and value.origin_of(key)
        assert origin is not None
        return lines[origin.line - 1][origin.column - 1 :]

    assert text_at(policy.charges.interest).startswith('interest = "1.00%/month"')
    assert text_at(policy.charges.discounts[0]).startswith("{ until")
    assert text_at(policy.charges.discounts[0].levy).startswith('value = "5.00%"')
    assert text_at(policy.limits.windows[0]).startswith('weekdays = "08:00-20:00"')
    assert text_at(policy.limits.windows[5]).startswith('saturday = "08:00-14:00"')
    assert text_at(steps["ligacao"].when.balance).startswith('balance = "100.."')
    assert text_at(steps["negativacao"].requires).startswith("{ delivered")
    assert text_at(steps["negativacao"].requires, "at_least").startswith('at_least = "10d"')
    assert text_at(steps["obrigado"].trigger) == 'on = "receivable.settled"'
    assert text_at(steps["obrigado"].trigger, "after") == 'after = "1bd 10:00"'
    assert text_at(policy.offers[0].instalments, "down").startswith('down = "20%"')


def test_origins_are_no_part_of_what_a_policy_says(example: Path):
    """A comment more at the top changes no value and no fingerprint."""
    text = example.read_text(encoding="utf-8")
    moved, there = load_policy(f"# moved\n{text}"), load_policy(text)
    assert moved == there
    assert moved.fingerprint == there.fingerprint


@pytest.mark.parametrize(
    ("fine", "levy"),
    [
        ("2.00%", Levy(share=Fraction(1, 50))),
        ("0.033333%", Levy(share=Fraction(33333, 10**8))),
        ("5.00", Levy(minor=500)),
        ("5", Levy(minor=500)),
    ],
)
def test_a_fine_is_a_percentage_or_an_amount(fine: str, levy: Levy):
    """Multa por percentual ou valor fixo."""
    assert load_policy(f'{HEAD}charges.fine = "{fine}"\n').charges.fine == levy


@pytest.mark.parametrize(
    ("interest", "rate"),
    [
        ("1.00%/month", Rate(share=Fraction(1, 100), per="month")),
        ("0.033%/day", Rate(share=Fraction(33, 10**5), per="day")),
        ("12%/year", Rate(share=Fraction(12, 100), per="year")),
        ("0.33/day", Rate(minor=33, per="day")),
        ("0.33/day business", Rate(minor=33, per="day", business=True)),
        ("0.0333%/day business", Rate(share=Fraction(333, 10**6), per="day", business=True)),
        ("1%/month business", Rate(share=Fraction(1, 100), per="month", business=True)),
        ("12%/year business", Rate(share=Fraction(12, 100), per="year", business=True)),
        ("legal", Rate(index="taxa-legal")),
    ],
)
def test_interest_is_a_rate_or_an_amount_per_day(interest: str, rate: Rate):
    """Juros de mora por taxa ou valor por dia, em dias corridos ou úteis, ou a taxa legal."""
    assert load_policy(f'{HEAD}charges.interest = "{interest}"\n').charges.interest == rate


@pytest.mark.parametrize(
    ("value", "levy"),
    [
        ("5.00%", Levy(share=Fraction(1, 20))),
        ("5.00", Levy(minor=500)),
        ("0.10/day", Rate(minor=10, per="day")),
        ("0.05%/day business", Rate(share=Fraction(5, 10**4), per="day", business=True)),
    ],
)
def test_a_discount_is_taken_once_or_per_day_early(value: str, levy: Levy | Rate):
    """As modalities 1 to 6 of a Pix charge with a due date."""
    (discount,) = load_policy(f'{HEAD}charges.discount = [{{ until = "D0", value = "{value}" }}]\n').charges.discounts
    assert discount.levy == levy


@pytest.mark.parametrize(
    ("line", "place", "name"),
    [('correction = "ipca"', "3:22", "ipca"), ('interest = "legal"', "3:20", "taxa-legal")],
)
def test_an_index_is_looked_up_where_the_catalog_has_them(line: str, place: str, name: str):
    """The legal rate by the name of its index."""
    text = f"{HEAD}charges.{line}\n"
    assert check_policy(text, catalog=Catalog(indexes=frozenset({name}))) == []
    (found,) = check_policy(text, catalog=Catalog(indexes=frozenset()))
    assert (f"{found.line}:{found.column}", found.code) == (place, "index-unknown")
    assert found.message == f"there is no index {name!r}; there is none to choose from"


def test_money_is_of_the_policy_currency():
    """A yen has no decimals, a dinar has three."""
    yen = 'format = 1\npolicy = { id = "a", currency = "JPY" }\nlimits.min_balance = "1000"\n'
    assert load_policy(yen).limits.min_balance == 1000
    assert load_policy(yen.replace("JPY", "KWD").replace("1000", "1.234")).limits.min_balance == 1234
    assert [problem.code for problem in check_policy(yen.replace("1000", "1.5"))] == ["invalid-value"]


def test_a_single_day_overrides_the_weekdays():
    """A day without hours is closed; midnight is `24:00`."""
    hours = 'windows = { weekdays = "08:00-20:00", friday = "08:00-12:00", sunday = "00:00-24:00" }'
    windows = load_policy(f"{HEAD}[limits]\n{hours}\ncall_{hours}\n").limits
    assert [str(window) for window in windows.windows] == [*["08:00-20:00"] * 4, "08:00-12:00", "None", "00:00-24:00"]
    assert windows.call_windows == windows.windows


def test_discounts_are_in_the_order_of_their_days():
    """Whatever the order of the file; dates come after offsets."""
    listed = '[{ until = 2026-03-01, value = "1.00" }, { until = "D0", value = "1%" }, { until = "D-5", value = "2%" }]'
    discounts = load_policy(f"{HEAD}charges.discount = {listed}\n").charges.discounts
    assert [discount.until for discount in discounts] == [Offset(-5), Offset(0), date(2026, 3, 1)]


def test_a_loosened_limit_keeps_who_decided():
    """Rule, value, reason and who."""
    table = 'rule = "neg.pratica"\nvalue = "off"\nreason = "contrato"\ndecided_by = "diretoria"\n'
    legal = load_policy(f'{HEAD}legal.packs = ["br"]\n[[legal.loosen]]\n{table}').legal
    assert legal.loosen == (Loosening(rule="neg.pratica", value="off", reason="contrato", decided_by="diretoria"),)


def test_all_keys_of_a_step_on_an_event():
    """The optional ones are read too."""
    step = first_step(f'on = "promise.broken"\nafter = "1bd"\npresses = false\nscope = "debtor"\n{MESSAGE}')
    assert step.trigger == EventTrigger(on="promise.broken", after=Duration(1, business=True))
    assert (step.presses, step.declared_presses, step.scope) == (False, False, "debtor")


def test_an_event_step_without_after_follows_at_once():
    """`after` is `0d` at the clock time of the event."""
    assert first_step(f'on = "promise.kept"\n{MESSAGE}').trigger == EventTrigger(on="promise.kept")


def test_an_anchor_is_part_of_the_trigger():
    """`anchor = "due"` counts from the day printed on the bill."""
    trigger = first_step(f'at = "D-1 09:30"\nanchor = "due"\n{MESSAGE}').trigger
    assert trigger == OffsetTrigger(offset=Offset(-1), minute=570, anchor="due")


@pytest.mark.parametrize(
    ("when", "conditions"),
    [
        ('balance = "100.."', Conditions(balance=Range(low=10000))),
        ('amount = "10.50..99.99"', Conditions(amount=Range(low=1050, high=9999))),
        ('days_past_due = "-5..0"', Conditions(days_past_due=Range(low=-5, high=0))),
        ('score = "..600"', Conditions(score=Range(high=600))),
        ('kind = "duplicata"', Conditions(kinds=("duplicata",))),
        ('kind = ["duplicata", "mensalidade"]', Conditions(kinds=("duplicata", "mensalidade"))),
        ('segment = "vip"\nwhen.state = ["SP", "RJ"]', Conditions(segments=("vip",), states=("SP", "RJ"))),
        ('debtor = "person"\nwhen.predicate = "risco-alto"', Conditions(debtor="person", predicates=("risco-alto",))),
    ],
)
def test_conditions(when: str, conditions: Conditions):
    """One value or a list of them; ranges are open or closed at either end."""
    assert first_step(f'at = "D-1 10:00"\n{MESSAGE}when.{when}\n').when == conditions


@pytest.mark.parametrize("kind", ["reward", "survey", "education", "restore"])
def test_what_does_not_press_needs_no_tone(kind: str):
    """Nor does a step of a kind that is not written by us."""
    step = f'[[step]]\nid = "a"\nat = "D+9 10:00"\nkind = "{kind}"\n'
    assert check_policy(HEAD + step, catalog=Catalog()) == []


def test_a_reminder_needs_no_tone(problems: Callable[[str], list[str]]):
    """Before the due date nothing presses, unless it says so."""
    step = f'[[step]]\nid = "a"\nat = "D-1 10:00"\n{MESSAGE}'
    assert problems(step) == []
    assert problems(f"{step}presses = true\n") == ["1:1 tone-missing"]


@pytest.mark.parametrize(
    ("known", "table", "problem"),
    [
        ("channels", f'at = "D-1 10:00"\n{MESSAGE}', "4:13 channel-unknown"),
        ("templates", f'at = "D-1 10:00"\n{MESSAGE}', "5:12 template-unknown"),
        ("registrars", 'at = "D+9 10:00"\nkind = "listing"\nregistrar = "bureau"\n', "5:13 registrar-unknown"),
        ("predicates", f'at = "D-1 10:00"\n{MESSAGE}when.predicate = "p"\n', "6:18 predicate-unknown"),
    ],
)
def test_names_are_checked_where_the_catalog_has_them(known: str, table: str, problem: str):
    """And the nearest one is offered."""
    text = f'[[step]]\nid = "a"\n{table}'
    nothing = Catalog()
    assert not any("unknown" in found.code for found in check_policy(HEAD + text, catalog=nothing))
    (found,) = check_policy(HEAD + text, catalog=Catalog(**{known: frozenset({"emails", "xx", "bureaux", "pp"})}))[:1]
    assert (f"{found.line - 2}:{found.column} {found.code}", "did you mean" in found.message) == (problem, True)


def test_a_kind_that_nobody_here_carries_out_is_refused():
    """Though regua knows how: an engine would plan it for ever."""
    text = f'{HEAD}[[step]]\nid = "a"\nat = "D+9 10:00"\nkind = "suspend"\n'
    (found,) = check_policy(text, catalog=Catalog(kinds=frozenset({"message", "task"})))
    assert (found.code, found.severity, found.line, found.column) == ("executor-unknown", "error", 6, 8)
    assert check_policy(text, catalog=Catalog(kinds=frozenset({"message", "suspend"}))) == []
    assert check_policy(text, catalog=Catalog()) == []


def test_packs_are_checked_where_the_catalog_has_them():
    """With a catalog that knows no pack there is none to choose."""
    (found, *_) = check_policy(f'{HEAD}legal.packs = ["br"]\n', catalog=Catalog(packs={}))
    assert (found.code, found.message) == ("pack-unknown", "there is no pack 'br'; there is none to choose from")


def test_what_the_catalog_carries_out_is_no_gap():
    """A plugin that registers for a kind takes its warning away; a catalog that knows nothing gives none."""
    text = f'{HEAD}[[step]]\nid = "a"\nat = "D+9 10:00"\nkind = "survey"\n'
    assert [found.code for found in check_policy(text)] == ["not-yet-supported"]
    assert check_policy(text, catalog=Catalog(kinds=frozenset({"survey"}))) == []
    assert check_policy(text, catalog=Catalog()) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('plan.when_held = "stop-clock"\n', []),
        ('plan.when_held = "defer"\n', []),
        ('charges.residual = "dun"\n', []),
        ('charges.residual = "carry"\n', []),
        (f'[[step]]\nid = "a"\non = "promise.kept"\n{MESSAGE}scope = "debtor"\n', []),
        (f'[[step]]\nid = "a"\nat = "D-1 10:00"\n{MESSAGE}scope = "debtor"\n', ["6:1 conflicting-keys"]),
        (f'[[step]]\nid = "a"\nat = "D-1 10:00"\n{MESSAGE}attach = ["boleto"]\n', ["6:10 not-yet-supported"]),
    ],
)
def test_what_is_carried_out(line: str, found: list[str], problems: Callable[[str], list[str]]):
    """Each value of a key for itself; a scope is of a step on an event alone."""
    assert problems(line) == found


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("x" * 64, True),
        ("promoção-1", True),
        ("x" * 65, False),
        ("", False),
        ("a b", False),
        ("a\\u00a0b", False),
        ("a\\u0085b", False),
        ("a\\u2028b", False),
        ("a\\u0007b", False),
    ],
)
def test_names(name: str, good: bool, problems: Callable[[str], list[str]]):  # noqa: FBT001 - a table
    """As identifiers of facts, shorter and without spaces."""
    found = problems(f'[[step]]\nid = "{name}"\nat = "D-1 10:00"\n{MESSAGE}')
    assert found == ([] if good else ["2:6 invalid-value"])


def test_a_value_that_is_refused_is_not_called_unsupported_as_well(problems: Callable[[str], list[str]]):
    """One problem at one place is enough."""
    assert problems("limits.contacts_per_day = 0\n") == ["1:27 out-of-range"]


def test_another_format_says_nothing_else():
    """Its other keys may mean anything."""
    (found,) = check_policy("format = 2\nnovo = 1\n")
    assert (found.code, found.message) == (
        "unknown-format",
        "'format' is the integer 2; this version of regua reads format = 1",
    )


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("step = 3\n", "1:8 wrong-type"),
        ("step = []\n", "1:8 invalid-value"),
        ("step = [1]\n", "1:9 wrong-type"),
        ('[[step]]\nid = "a"\nat = "D-1 10:00"\nchannels = ["a"]\ntemplate = {}\n', "5:12 missing-key"),
        ("plan.when_held = 1\n", "1:18 wrong-type"),
        ('offer = [{ id = "a", instalments = { max = 2, every = "0 months" } }]\n', "1:55 out-of-range"),
        ('[[step]]\nid = "a"\nat = "D-1 10:00"\nkind = "task"\nwhen.kind = 1\n', "5:13 wrong-type"),
        ('legal.loosen = [{ rule = "a", value = 1, reason = "c", decided_by = "d" }]\n', "1:39 wrong-type"),
        ('legal.loosen = [{ rule = "a", value = "b", reason = " ", decided_by = "d" }]\n', "1:53 invalid-value"),
        ('charges.order = ["principal"]\n', "1:17 invalid-value"),
        ('limits.windows = { friday = "25:00-26:00" }\n', "1:29 invalid-value"),
        ('"\\uD800" = 1\n', "1:8 toml-syntax"),
    ],
)
def test_refusals(lines: str, problem: str, problems: Callable[[str], list[str]]):
    """What no broken policy of the collection shows."""
    assert problem in problems(lines)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('format = true\npolicy.id = "a"\n', "1:10 wrong-type"),
        ('format = "1"\npolicy.id = "a"\n', "1:10 wrong-type"),
        ('format = 1\npolicy = { id = "a", currency = "real" }\n', "2:33 invalid-value"),
        ('format = 1\npolicy = { id = "a", timezone = "Lua/Mar" }\n', "2:33 unknown-value"),
        ("format = 1\npolicy = 3\n", "2:10 wrong-type"),
    ],
)
def test_refusals_at_the_head(text: str, problem: str):
    """A boolean is not the number 1; amounts of no currency are read as reais until it is mended."""
    assert [f"{found.line}:{found.column} {found.code}" for found in check_policy(text)] == [problem]


def test_an_order_of_payment_is_kept():
    """All four, in any order."""
    order = load_policy(f'{HEAD}charges.order = ["principal", "interest", "fine", "costs"]\n').charges.order
    assert order == ("principal", "interest", "fine", "costs")


def test_the_id_of_a_step_that_regua_asks_for_itself_is_taken(problems: Callable[[str], list[str]]):
    """A step of the policy could be mistaken for it, or for one of a later release."""
    for name in ("review:hold", "review:holds", "owed:delist"):
        assert problems(f'[[step]]\nid = "{name}"\nat = "D-1 10:00"\n{MESSAGE}') == ["2:6 duplicate-id"]
