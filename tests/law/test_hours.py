"""Hours of the states and do-not-call lists: a policy that would contact at any time keeps to them."""

import pytest
from tests.core.shop import policy, said, step
from tests.law.breaking import OPEN, bill, codes, lives, one, only, when

from regua.core import events as ev
from regua.core.planning import Action

CALL = {"kind": "task", "channels": (), "templates": {}, "tone": None}
TEXT = {"channels": ("sms",)}


def tried(rule: str, state: str, at: str, **fields: object) -> Action:
    """A step at that time, for who lives there. The due date is Monday 2 March 2026."""
    rules = policy(step("contato", at, **fields), limits=OPEN, legal=only(rule))
    return one(rules, [bill(), lives(state)], "2026-03-03", "contato")


def moved_by(rule: str) -> list[tuple[str, str]]:
    """The reasons of what a rule moved."""
    return [("planned", ""), ("outside-window", rule)]


@pytest.mark.parametrize(
    ("rule", "at", "moved"),
    [
        pytest.param("horario.sp", "D+4 20:30", "2026-03-06 19:59", marks=pytest.mark.law("horario.sp")),
        pytest.param("horario.sp", "D+5 15:00", "2026-03-07 13:59", marks=pytest.mark.law("horario.sp")),
        pytest.param("horario.sp", "D+6 10:00", "2026-03-09 10:00", marks=pytest.mark.law("horario.sp")),
        pytest.param("horario.rj", "D+4 08:30", "2026-03-06 09:00", marks=pytest.mark.law("horario.rj")),
        pytest.param("horario.rj", "D+4 19:30", "2026-03-06 18:59", marks=pytest.mark.law("horario.rj")),
        pytest.param("horario.rj", "D+5 10:00", "2026-03-09 10:00", marks=pytest.mark.law("horario.rj")),
        pytest.param("horario.es", "D+4 19:30", "2026-03-06 18:59", marks=pytest.mark.law("horario.es")),
        pytest.param("horario.es", "D+5 10:00", "2026-03-09 10:00", marks=pytest.mark.law("horario.es")),
        pytest.param("horario.am", "D+4 18:30", "2026-03-06 17:59", marks=pytest.mark.law("horario.am")),
        pytest.param("horario.am", "D+5 10:00", "2026-03-09 10:00", marks=pytest.mark.law("horario.am")),
        pytest.param("horario.al", "D+5 15:00", "2026-03-07 13:59", marks=pytest.mark.law("horario.al")),
        pytest.param("horario.pr", "D+5 13:30", "2026-03-07 12:59", marks=pytest.mark.law("horario.pr")),
    ],
)
def test_no_call_outside_the_hours_of_a_state(rule: str, at: str, moved: str) -> None:
    """It comes at the nearest permitted time of that day, else on the next day that is open."""
    found = tried(rule, rule.removeprefix("horario.").upper(), at, **CALL)
    assert (when(found), codes(found)) == (moved, moved_by(rule))


@pytest.mark.law("horario.al")
def test_no_text_message_outside_the_hours_of_alagoas() -> None:
    """Its law names calls and text messages; those of the others name calls."""
    found = tried("horario.al", "AL", "D+4 20:30", **TEXT)
    assert (when(found), codes(found)) == ("2026-03-06 19:59", moved_by("horario.al"))
    assert when(tried("horario.sp", "SP", "D+4 20:30", **TEXT)) == "2026-03-06 20:30"


@pytest.mark.law("horario.padrao")
@pytest.mark.parametrize("fields", [CALL, TEXT, {"channels": ("whatsapp",)}], ids=["call", "sms", "whatsapp"])
def test_where_no_state_has_hours_the_cautious_ones_hold(fields: dict[str, object]) -> None:
    """For whatever rings; an e-mail may come on a Sunday."""
    found = tried("horario.padrao", "MG", "D+6 10:00", **fields)
    assert (when(found), codes(found)) == ("2026-03-09 10:00", moved_by("horario.padrao"))
    assert when(tried("horario.padrao", "MG", "D+6 10:00", channels=("email",))) == "2026-03-08 10:00"


@pytest.mark.parametrize(
    ("rule", "state", "at_list"),
    [
        pytest.param("dnc.sp", "SP", "procon-sp", marks=pytest.mark.law("dnc.sp")),
        pytest.param("dnc.pa", "PA", "procon-pa", marks=pytest.mark.law("dnc.pa")),
    ],
)
def test_a_telephone_on_a_do_not_call_list_is_left_alone_from_its_31st_day(rule: str, state: str, at_list: str) -> None:
    """Registered on 4 February, it may be written to until 5 March, and by e-mail for ever."""
    listed = said(ev.DoNotCallRegistered, "lista", "2026-02-04", point="sms", list=at_list)
    rules = policy(
        step("antes", "D+3 10:00", **TEXT),
        step("depois", "D+5 10:00", **TEXT),
        step("correio", "D+5 10:00"),
        limits=OPEN,
        legal=only(rule),
    )
    facts = [bill(), lives(state), listed]
    assert one(rules, facts, "2026-03-03", "antes").status == "planned"
    assert codes(one(rules, facts, "2026-03-03", "depois"))[0] == ("opted-out", rule)
    assert one(rules, facts, "2026-03-03", "correio").status == "planned"


@pytest.mark.law("dnc.sp")
@pytest.mark.parametrize(("channel", "at_list"), [("call", "Procon_SP"), ("telefone", "procon-sp")])
def test_every_telephone_that_is_listed_is_closed_to_calls(channel: str, at_list: str) -> None:
    """Whatever the creditor calls its channel, and however it writes the name of the list."""
    point = said(ev.ContactPointAdded, "fone", "2026-01-05", point="fone", channels=(channel,), ref="f")
    moved = [said(ev.ContactPointRemoved, f"sem {name}", "2026-01-06", point=name) for name in ("sms", "whatsapp")]
    listed = said(ev.DoNotCallRegistered, "lista", "2026-01-10", point="fone", list=at_list)
    rules = policy(step("ligar", "D+5 10:00", **CALL), limits=OPEN, legal=only("dnc.sp"))
    found = one(rules, [bill(), lives("SP"), point, *moved, listed], "2026-03-03", "ligar")
    assert codes(found)[0] == ("opted-out", "dnc.sp")


@pytest.mark.law("frequencia.padrao")
def test_contacts_are_one_a_day_and_three_a_week() -> None:
    """Four steps on four days of one week, and the policy sets no cap: the fourth comes in the next week."""
    steps = [step(f"aviso-{day}", f"D+{day} 10:00", **TEXT) for day in range(7, 11)]
    rules = policy(*steps, limits=OPEN, legal=only("frequencia.padrao"))
    found = [one(rules, [bill()], "2026-03-03", each.id) for each in steps]
    assert [when(each)[:10] for each in found] == ["2026-03-09", "2026-03-10", "2026-03-11", "2026-03-16"]
    assert codes(found[3]) == [("planned", ""), ("weekly-cap", "frequencia.padrao")]
