import pytest
from tests.policyfile.lawful import diagnosed, pack, told

FINE = pack('fine_cap = [{ max = "2.00%" }]')
INTEREST = pack('interest_cap = [{ max = "1.00%" }]')


@pytest.mark.parametrize(
    ("fine", "found"),
    [
        ("2.00%", []),
        ("2.01%", ["1:9 error fine-over-cap"]),
        ("0.01", ["1:9 error fine-over-cap"]),
        ("0.00", []),
    ],
)
def test_a_fine_over_the_cap_of_a_hard_rule_is_refused(fine: str, found: list[str]):
    """At the cap it is allowed; a fixed amount is over it for some receivable."""
    assert told(f'charges.fine = "{fine}"\n', FINE) == found


def test_the_message_names_rule_source_and_remedy():
    """All that whoever mends it needs."""
    (found,) = diagnosed('charges.fine = "10%"\n', FINE)
    assert found.message == 'the fine of 10% is over the cap of 2% (lei.um: Lei 1/2000 art. 1); write fine = "2%"'


def test_a_fixed_fine_tells_from_which_value_on_it_is_allowed():
    """R$ 5,00 are 2% of R$ 250,00."""
    (found,) = diagnosed('charges.fine = "5.00"\n', FINE)
    assert found.message.startswith("the fine of 5.00 for a receivable below 250.00 BRL is over the cap of 2%")


def test_a_cap_of_nothing_allows_no_fixed_fine():
    """There is no value that would be large enough."""
    (found,) = diagnosed('charges.fine = "5.00"\n', pack('fine_cap = [{ max = "0%" }]'))
    assert "for any receivable" in found.message


def test_a_fine_over_a_default_is_a_warning_that_says_how_to_loosen_it():
    """A default is nobody's law."""
    (found,) = diagnosed('charges.fine = "3%"\n', pack('fine_cap = [{ max = "2%" }]', kind="default"))
    assert found.severity == "warning"
    assert found.message.endswith('write fine = "2%", or loosen it in [[legal.loosen]] with rule = "lei.um"')


def test_a_cap_for_some_titles_counts_for_every_policy_under_it():
    """Charges are of the whole policy, and a receivable of unknown kind counts as meant."""
    rules = pack('fine_cap = [{ max = "2%" }]', more='where = { titles = ["condominium"], debtor = "person" }')
    (found,) = diagnosed('charges.fine = "3%"\n', rules)
    assert (found.severity, "lei.um for condominium, person: Lei 1/2000" in found.message) == ("error", True)


def test_the_lowest_cap_is_the_one_that_is_named():
    """Who keeps to it keeps to all."""
    rules = pack('fine_cap = [{ max = "10%" }, { max = "2%" }]')
    (found,) = diagnosed('charges.fine = "12%"\n', rules)
    assert "over the cap of 2%" in found.message


@pytest.mark.parametrize(
    ("interest", "found"),
    [
        ("1.00%/month", []),
        ("1.01%/month", ["1:9 error interest-over-cap"]),
        ("0.0333%/day", []),
        ("0.034%/day", ["1:9 error interest-over-cap"]),
        ("12%/year", []),
        ("12.01%/year", ["1:9 error interest-over-cap"]),
        ("0.91%/month business", []),
        ("1%/month business", ["1:9 error interest-over-cap"]),
        ("0.05%/day business", ["1:9 error interest-over-cap"]),
        ("0.01/day", ["1:9 error interest-over-cap"]),
    ],
)
def test_interest_over_the_cap_of_a_hard_rule_is_refused(interest: str, found: list[str]):
    """Whatever the unit of the rate; a month is 30 days; of business days it counts 21, and July 2026 has 23."""
    assert told(f'charges.interest = "{interest}"\n', INTEREST) == found


def test_the_legal_rate_is_over_no_cap():
    """It is the law's own."""
    assert told('charges.interest = "legal"\n', INTEREST) == []


@pytest.mark.parametrize(("interest", "value"), [("0.10/day", "300.00"), ("0.10/day business", "230.00")])
def test_fixed_interest_tells_from_which_value_on_it_is_allowed(interest: str, value: str):
    """R$ 0,10 a day are R$ 3,00 a month."""
    (found,) = diagnosed(f'charges.interest = "{interest}"\n', INTEREST)
    assert f"for a receivable below {value} BRL is over the cap of 1%/month" in found.message


def test_what_the_policy_does_not_charge_is_over_no_cap():
    """Nor is there anything to compare without a rule."""
    assert told("", pack('fine_cap = [{ max = "0%" }]\ninterest_cap = [{ max = "0%" }]')) == []
