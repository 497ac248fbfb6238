"""Policy tests lived through, and what a failure says."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from regua.core.events import ActionSent
from regua.errors import PolicyError
from regua.policyfile.testfile import PolicyTests
from regua.testing.policytest import Verdict, read_tests, run_test, told
from regua.testing.policytest.coverage import Coverage
from regua.testing.policytest.world import PolicyWorld

EXAMPLES = Path(__file__).parent / "policytests"
LAW = Path(__file__).parent / "lawtests/law.test.toml"
STARTER = Path(__file__).resolve().parents[2] / "src/regua/data/starter/padrao.test.toml"
POLICY = """\
format = 1

[policy]
id = "loja"

[[step]]
id = "lembrete"
at = "D-3 09:00"
tone = "reminder"
channels = ["email"]
template = "lembrete"

[[step]]
id = "atraso"
at = "D+3 10:00"
tone = "courteous"
channels = ["whatsapp", "email"]
template = "atraso"

[[step]]
id = "segunda-via"
at = "D+8 10:00"
kind = "reissue"
tone = "courteous"
channels = ["email"]
template = "segunda-via-cortes"

[[step]]
id = "bloqueio"
at = "D+15 10:00"
kind = "credit-block"
approval = "human"

[[step]]
id = "obrigado"
on = "receivable.settled"
after = "1bd 10:00"
channels = ["email"]
template = "obrigado"
"""
INVOICE = 'invoice = { id = "nf-1", due = 2026-03-10, amount = "150.00" }'
PAID = 'given = [{ at = "D+4 11:30", event = "payment.settled", amount = "150.00" }]'
Run = Callable[..., Verdict]


@pytest.fixture
def tests_of(tmp_path: Path) -> Callable[[str], PolicyTests]:
    """Read what follows `policy = "loja.toml"`."""
    (tmp_path / "loja.toml").write_text(POLICY, encoding="utf-8")

    def read(text: str) -> PolicyTests:
        path = tmp_path / "loja.test.toml"
        path.write_text(f'policy = "loja.toml"\n{text}', encoding="utf-8")
        return read_tests(path)

    return read


@pytest.fixture
def run(tests_of: Callable[[str], PolicyTests], tmp_path: Path) -> Run:
    """Live through one test."""

    def live(*lines: str, invoice: str = INVOICE, when_held: str = "skip") -> Verdict:
        rules = POLICY.replace("\n\n[[step]]", f'\n\n[plan]\nwhen_held = "{when_held}"\n\n[[step]]', 1)
        if when_held != "skip":
            (tmp_path / "loja.toml").write_text(rules, encoding="utf-8")
        tests = tests_of("\n".join(['[[test]]\nname = "x"', invoice, *lines, ""]))
        return run_test(tests, tests.tests[0], coverage=True)

    return live


def said(verdict: Verdict, folder: Path) -> str:
    """What a failure says, without the folder."""
    return told(verdict).replace(f"{folder}/", "")


@pytest.mark.parametrize("path", [EXAMPLES / "example.test.toml", LAW, STARTER], ids=lambda path: path.name)
def test_every_test_of_a_real_file_passes(path: Path):
    """Those of the example policy, and those that `regua init` writes."""
    tests = read_tests(path)
    assert "".join(told(run_test(tests, test)) for test in tests.tests) == ""
    assert len(tests.tests) >= 3


def test_what_is_expected_is_all_that_goes_out(run: Run):
    """One contact more fails as one less does."""
    whole = '"D-3 lembrete", "D+3 atraso", "D+6 obrigado"'
    assert run(PAID, f"expect = [{whole}]").outcome == "passed"
    assert run(PAID, 'expect = ["D-3 lembrete", "D+3 atraso"]').outcome == "failed"
    assert run(PAID, f'expect = [{whole}, "D+8 segunda-via"]').outcome == "failed"
    assert run(PAID, 'expect = ["D-3 lembrete", "D+6 obrigado", "D+3 atraso"]').outcome == "failed"
    assert run(PAID, "expect = []").outcome == "failed"


def test_a_failure_lays_expected_and_actual_side_by_side(run: Run, tmp_path: Path):
    """With the policy's line of each step, and what became of what is missing."""
    verdict = run(PAID, 'expect = ["D-3 lembrete", "D+3 atraso", "D+8 segunda-via"]')
    assert (
        said(verdict, tmp_path)
        == """\
loja.test.toml:6:11: expect: not what went out
      expected         actual        step
      D-3 lembrete     D-3 lembrete  loja.toml:7
      D+3 atraso       D+3 atraso    loja.toml:14
    - D+8 segunda-via  -             loja.toml:21  D+8 ended: settled
    + -                D+6 obrigado  loja.toml:35  2026-03-16 10:00 by email
"""
    )


def test_every_expectation_that_fails_is_told(run: Run, tmp_path: Path):
    """In the order of the keys, each with its place, its day and what is there instead."""
    verdict = run(
        PAID,
        'expect_at = { at = "D0 12:00", planned = ["D+3 atraso"], waiting = [] }',
        'never = ["atraso", "segunda-via"]',
        'because = [{ step = "segunda-via", at = "D+8", blocker = "promised" },'
        ' { step = "obrigado", at = "D0", blocker = "planned" }]',
        'end = { at = "D+9", status = "open", balance = "1.00" }',
    )
    settled = "settled: the receivable is settled (event given-1, since 2026-03-14T11:30-03:00"
    lines = said(verdict, tmp_path).splitlines()
    [reason] = [line for line in lines if line.strip().startswith("settled: ")]
    assert reason.startswith(f"    {settled}")
    assert [line for line in lines if line != reason] == [
        "loja.test.toml:7:10: never: D+3 atraso (2026-03-13 10:00 by whatsapp) went out",
        "loja.test.toml:6:43: expect_at at D0 12:00 (2026-03-10): not what is planned",
        "      expected    actual           step",
        "      D+3 atraso  D+3 atraso       loja.toml:14",
        "    + -           D+8 segunda-via  loja.toml:21  planned",
        "loja.test.toml:6:13: expect_at at D0 12:00 (2026-03-10): not what is waiting",
        "      expected  actual         step",
        "    + -         D+15 bloqueio  loja.toml:29  awaiting-approval",
        "loja.test.toml:8:12: because at D+8 (2026-03-18): segunda-via is ended: settled, not promised",
        "loja.test.toml:8:72: because at D0 (2026-03-10): obrigado: nothing asked for it, not planned",
        "loja.test.toml:9:7: end at D+9 (2026-03-19): nf-1 is settled, not open",
        "loja.test.toml:9:7: end at D+9 (2026-03-19): 0.00 BRL are owed, not 1.00 BRL",
    ]


def test_a_look_with_a_clock_time_comes_before_what_is_carried_out_then(run: Run):
    """At 10:00 of its day the message is due; at the day's end it is done."""
    at_ten = 'expect_at = { at = "D+3 10:00", due = ["D+3 atraso"] }'
    assert run(at_ten, 'because = { step = "atraso", at = "D+3", blocker = "delivered" }').outcome == "passed"


def test_kinds_that_nobody_carries_out_are_done_by_the_test(run: Run):
    """A second copy by its channel, a credit block by an executor, once it is approved."""
    approved = 'given = [{ at = "D+15 09:00", event = "step.approved", step = "bloqueio" }]'
    ladder = '"D-3 lembrete", "D+3 atraso", "D+8 segunda-via"'
    assert told(run(approved, f'expect = [{ladder}, "D+15 bloqueio"]')) == ""
    assert told(run(f'expect = [{ladder}]\nend = {{ at = "D+40", status = "open" }}')) == ""


def test_answers_of_single_channels_and_kinds(run: Run):
    """What bounces does not go out, and its address is not used again; what is refused may go by the next channel."""
    ladder = '"D+3 atraso", "D+8 segunda-via"'
    assert told(run('channels = { email = ["failed", "delivered"] }', f"expect = [{ladder}]", _END)) == ""
    assert told(run('channels = { email = "bounced" }', 'expect = ["D+3 atraso"]', _END)) == ""
    fallback = 'because = { step = "atraso", at = "D+3", blocker = "read" }'
    assert told(run('channels = { whatsapp = "failed", email = "read" }', fallback)) == ""
    assert told(run('channels = { reissue = "failed" }', f'expect = ["D-3 lembrete", {ladder}]', _END)) == ""
    approved = 'given = [{ at = "D+15", event = "step.approved", step = "bloqueio" }]'
    assert told(run(approved, 'channels = { credit-block = "failed" }', 'never = "bloqueio"')) == ""


_END = 'end = { at = "D+12", status = "open" }'


def test_what_nobody_knows_went_out(run: Run):
    """An answer that never came may have been a message that did."""
    unknown = 'channels = { email = "unknown" }'
    assert told(run(unknown, 'expect = ["D-3 lembrete", "D+3 atraso", "D+8 segunda-via"]', _END)) == ""
    assert run(unknown, 'never = "lembrete"').outcome == "failed"


def test_several_invoices_have_a_line_each(run: Run, tmp_path: Path):
    """Members of one contact too; at one instant in the order of the policy's steps, then of the invoices."""
    invoices = """invoices = [
    { id = "nf-1", due = 2026-03-10, amount = "150.00" }, { id = "nf-2", due = 2026-03-10, amount = "70.00" },
    { id = "nf-3", due = 2026-03-24, amount = "80.00" },
]"""
    lines = [
        *("D-3 lembrete nf-1", "D-3 lembrete nf-2", "D+3 atraso nf-1", "D+3 atraso nf-2"),
        *("D+8 segunda-via nf-1", "D+8 segunda-via nf-2", "D-3 lembrete nf-3"),
    ]
    expect = f"expect = {lines}".replace("'", '"')
    until = 'end = [{ at = "D+12", balance = "300.00" }, { at = "D-2", receivable = "nf-3", balance = "80.00" }]'
    verdict = run(expect, until, invoice=invoices)
    assert said(verdict, tmp_path) == ""
    paid = 'given = [{ at = "D+4", event = "payment.settled", amount = "70.00", receivables = ["nf-2"] }]'
    ends = 'end = [{ at = "D+12", status = "open", receivable = "nf-1" }, { at = "D+12", status = "settled" }]'
    verdict = run(paid, ends, invoice=invoices)
    assert [problem.what for problem in verdict.problems] == [
        "end at D+12 (2026-03-22): nf-1 is open, not settled",
        "end at D+12 (2026-03-22): nf-3 is open, not settled",
    ]


def test_a_contact_of_a_kind_that_nobody_carries_out_takes_its_members_along(tests_of: Callable[[str], PolicyTests]):
    """The second copy of one invoice and the message about another are one contact, and both are done by it."""
    text = """[[test]]
name = "x"
invoices = [{ id = "nf-1", due = 2026-03-11, amount = "150.00" }, { id = "nf-2", due = 2026-03-16, amount = "70.00" }]
debtor = { channels = ["email"] }
never = "bloqueio"
"""
    tests = tests_of(text)
    with PolicyWorld(tests, tests.tests[0]) as world:
        world.live()
        sent = [event for event in world.debtor_case.events if isinstance(event, ActionSent)]
    together = [event for event in sent if event.at.date() == date(2026, 3, 19)]
    assert [(event.step, event.receivable) for event in together] == [("segunda-via", "nf-1"), ("atraso", "nf-2")]
    assert len({event.contact for event in together}) == 1


def test_the_debtor_is_as_the_test_says(run: Run):
    """Reached by one channel alone, in another state and zone; consent may be withdrawn."""
    email = 'debtor = { kind = "company", state = "AM", timezone = "America/Manaus", channels = ["email"] }'
    at = 'expect_at = { at = 2026-03-13T14:00:00Z, due = ["D+3 atraso"] }'
    assert told(run(email, at, 'because = { step = "atraso", at = "D+3", blocker = "delivered" }')) == ""
    revoked = 'given = [{ at = "D0", event = "consent.revoked", channel = "whatsapp" }]'
    withdrawn = 'because = { step = "atraso", at = "D+3", blocker = "opted-out" }'
    assert run('debtor = { channels = ["whatsapp"] }', revoked, withdrawn).outcome == "passed"


def test_without_an_end_a_test_lives_until_nothing_is_planned(run: Run):
    """`never` is for all times."""
    assert run('never = "segunda-via"').outcome == "failed"
    assert run('never = "segunda-via"', 'end = { at = "D+7", status = "open" }').outcome == "passed"


def test_what_cannot_be_lived_through_is_an_error(run: Run, tmp_path: Path):
    """A fact that the engine refuses is told at the test, with the engine's words."""
    fact = '{ at = "D+1", event = "payment.settled", id = "p", amount = "1.00" }'
    verdict = run(f"given = [{fact}, {fact.replace('1.00', '2.00')}]", "expect = []")
    assert verdict.outcome == "error"
    first, second = said(verdict, tmp_path).splitlines()
    assert first == "loja.test.toml:2:1: it cannot be lived through"
    assert second.startswith("    EventConflict: event 'p' (payment.settled, debtor 'devedor') was recorded before")


def test_messages_are_written_from_a_folder_of_templates(tests_of: Callable[[str], PolicyTests], tmp_path: Path):
    """`templates` stands beside the tests, as policies do."""
    (tmp_path / "loja.toml").write_text(POLICY.replace('"atraso"\n\n', '"da-casa"\n\n'), encoding="utf-8")
    text = f'[[test]]\nname = "x"\n{INVOICE}\nexpect = ["D-3 lembrete", "D+3 atraso"]\n{_END.replace("12", "3")}\n'
    with pytest.raises(PolicyError) as caught:
        tests_of(text)
    [problem] = caught.value.diagnostics
    assert str(problem).replace(f"{tmp_path}/", "").startswith("loja.toml:18:12: there is no template 'da-casa'; write")
    (tmp_path / "messages/pt-BR").mkdir(parents=True)
    shipped = STARTER.parents[1] / "messages/pt-BR/atraso.txt.j2"
    (tmp_path / "messages/pt-BR/da-casa.txt.j2").write_bytes(shipped.read_bytes())
    tests = tests_of(f'templates = "messages"\n{text}')
    assert told(run_test(tests, tests.tests[0])) == ""


def test_what_moved_a_planned_step_is_why_it_stands_there(run: Run):
    """Promised until the 17th and kept by nobody; D+3 of the 13th is deferred, and is planned for its new day."""
    promise = 'given = [{ at = "D+1", event = "promise.made", amount = "150.00", by = "D+6" }]'
    because = 'because = { step = "atraso", at = "D+1 10:00", blocker = "promised" }'
    assert told(run(promise, because, when_held="defer")) == ""
    assert told(run(promise, because.replace("promised", "planned"), when_held="defer")) == ""
    assert run(promise, because.replace("promised", "held"), when_held="defer").outcome == "failed"


def test_a_step_that_nothing_asked_for_is_not_asked(run: Run):
    """As `regua explain` says; and once it is asked for it is something else."""
    assert told(run('because = { step = "obrigado", at = "D+9", blocker = "not-asked" }')) == ""
    assert run(PAID, 'because = { step = "obrigado", at = "D+9", blocker = "not-asked" }').outcome == "failed"


def test_the_same_test_says_the_same_again(run: Run):
    """Byte for byte."""
    assert told(run(PAID, "expect = []")) == told(run(PAID, "expect = []"))


def test_coverage_counts_steps_and_blockers(run: Run, tests_of: Callable[[str], PolicyTests], tmp_path: Path):
    """By policy, with what never went out at its line."""
    verdict = run(PAID, _END)
    tests = tests_of(f'[[test]]\nname = "x"\n{INVOICE}\nexpect = []\n')
    coverage = Coverage()
    coverage.add(tests.policies, verdict)
    first, *never, met, missed = coverage.lines()
    assert first == "coverage of loja version 1: 3 of 5 steps went out"
    assert [line.replace(f"{tmp_path}/", "") for line in never] == [
        "  never  segunda-via  loja.toml:21",
        "  never  bloqueio  loja.toml:29",
    ]
    assert met == "  blockers met: settled 1, awaiting-approval 1"
    assert "promised" in missed
    assert "settled" not in missed
    [plain] = coverage.plain()
    assert plain["steps"] == {"lembrete": 1, "atraso": 1, "segunda-via": 0, "bloqueio": 0, "obrigado": 1}
