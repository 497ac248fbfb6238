from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from attrs import evolve
from counter import POLICY, Counter, clock, facts_of, head, issued, settled

from regua import EventConflict, Money, Policy, events, explain, load_policy
from regua.builtin.memory import MemoryStore
from regua.engine import CreditorSettings, Engine
from regua.errors import AccountMismatch, PlanError, PolicyConflict, PolicyError, SettingsError
from regua.ports import Store


@pytest.fixture
def counter(store: Store) -> Counter:
    """An engine on it, on the 1st of April at noon."""
    return Counter(store=store)


def test_what_is_recorded_is_planned(counter: Counter):
    """The schedule and its reasons come from the events of the store."""
    counter.open_account()
    counter.bill()
    planned = counter.loja.schedule("ana").planned
    assert [(f"{action.at:%d/%m %H:%M}", action.step) for action in planned] == [
        ("15/04 09:00", "lembrete"),
        ("23/04 10:00", "atraso"),
        ("02/05 10:00", "ligacao"),
    ]
    assert counter.loja.explain("ana") == explain(counter.loja.schedule("ana"))
    assert "15 09:00  lembrete: planned by email, reminder" in counter.loja.explain("ana")


def test_the_same_event_again_does_nothing(counter: Counter):
    """Neither the version nor the plan changes."""
    counter.open_account()
    counter.bill()
    before = counter.store.load("loja", "ana")
    counter.loja.record(issued(), *facts_of("ana"), issued())
    after = counter.store.load("loja", "ana")
    assert (after.version, after.events) == (before.version, before.events)


def test_the_same_id_with_other_content_is_refused(counter: Counter):
    """And nothing of the call is stored, whichever debtor it was about."""
    counter.open_account()
    counter.bill()
    with pytest.raises(EventConflict, match="event 'nf-1/issued' "):
        counter.loja.record(*facts_of("bia"), issued(amount="151.00"))
    assert list(counter.loja.debtors()) == ["ana"]
    with pytest.raises(EventConflict, match="event 'nf-1/issued'"):
        counter.loja.record(issued(debtor="bia"))
    assert list(counter.loja.debtors()) == ["ana"]


def test_one_call_with_two_contents_of_one_id_is_refused(counter: Counter):
    """As if they had come one after the other."""
    with pytest.raises(EventConflict):
        counter.loja.record(issued(), issued(amount="1.00"))
    assert list(counter.loja.debtors()) == []


def test_an_event_of_another_creditor_is_refused(counter: Counter):
    """It would land in the wrong books."""
    with pytest.raises(AccountMismatch, match="creditor 'oficina'"):
        counter.loja.record(issued(creditor="oficina"))


def test_what_cannot_be_planned_is_not_stored(counter: Counter):
    """A fact after which the debtor would never be contacted again is told at once."""
    counter.bill()
    with pytest.raises(PlanError):
        counter.loja.record(evolve(issued("nf-2"), amount=Money.of("10.00", "USD")))
    assert [event.id for event in counter.loja.events("ana")] == ["nf-1/issued"]


def test_an_invoice_gets_the_newest_version_of_the_first_policy(counter: Counter):
    """And keeps it: a newer version governs newer invoices alone."""
    counter.bill()
    newer = POLICY.replace("version = 1", "version = 2").replace("D-5 09:00", "D-3 09:00")
    second = counter.another(creditors={"loja": _settings(POLICY, newer)}).creditor()
    second.record(issued("nf-2"))
    kept = [event for event in second.events("ana") if isinstance(event, events.InvoiceIssued)]
    assert [(event.receivable, event.policy, event.policy_version) for event in kept] == [
        ("nf-1", "loja", 1),
        ("nf-2", "loja", 2),
    ]
    days = {action.receivable: action.day.day for action in second.schedule("ana").all if action.step == "lembrete"}
    assert days == {"nf-1": 15, "nf-2": 17}


def test_an_invoice_that_comes_again_is_the_same_under_a_newer_policy(counter: Counter):
    """The host gives it without a policy each time; what was filled in stays."""
    counter.bill()
    second = counter.another(creditors={"loja": _settings(POLICY.replace("version = 1", "version = 2"))}).creditor()
    second.record(issued())
    assert [event.id for event in second.events("ana")] == ["nf-1/issued"]


def test_a_policy_that_went_out_of_the_configuration_still_governs(counter: Counter):
    """Its text is in the store."""
    counter.bill()
    second = counter.another(creditors={"loja": _settings(POLICY.replace("version = 1", "version = 2"))}).creditor()
    assert {action.policy_version for action in second.schedule("ana").all} == {1}


def test_an_assignment_chooses_the_policy(counter: Counter):
    """Of one receivable before that of the debtor before the default, known with it or before it."""
    other = POLICY.replace('id = "loja"', 'id = "vip"').replace("version = 1", "version = 4")
    loja = counter.another(creditors={"loja": _settings(POLICY, other)}).creditor()
    chosen = events.PolicyAssigned(policy="vip", receivables=("nf-2",), **head("a-1", "ana", "2026-04-01 09:00"))
    loja.record(issued("nf-2"), chosen, issued("nf-1"))
    loja.record(events.PolicyAssigned(policy="vip", **head("a-2", "ana", "2026-04-02 09:00")))
    loja.record(issued("nf-3", when="2026-04-03 10:00"))
    assert {action.receivable: f"{action.policy}@{action.policy_version}" for action in loja.schedule("ana").all} == {
        "nf-1": "loja@1",
        "nf-2": "vip@4",
        "nf-3": "vip@4",
    }


def test_an_unknown_policy_is_refused(counter: Counter):
    """With the names of those that are there."""
    with pytest.raises(PlanError, match="no policy 'vip'; there are loja"):
        counter.loja.record(issued(policy="vip"))


def test_a_changed_policy_under_the_same_version_is_refused(counter: Counter):
    """The remedy is named; a change of comments is none."""
    counter.another(creditors={"loja": _settings(f"# a comment\n{POLICY}")})
    with pytest.raises(PolicyConflict, match="give the changed policy version 2"):
        counter.another(creditors={"loja": _settings(POLICY.replace("D-5", "D-4"))})


def test_other_content_is_refused_of_policies_built_in_python_too(counter: Counter):
    """They have no text to compare, and a fingerprint."""
    first, second = load_policy(POLICY), load_policy(POLICY.replace("D-5", "D-4"))
    with pytest.raises(PolicyConflict):
        counter.another(creditors={"loja": _settings(second)})
    store = MemoryStore()
    counter.another(store=store, creditors={"loja": _settings(first)})
    with pytest.raises(PolicyConflict):
        counter.another(store=store, creditors={"loja": _settings(second)})
    counter.another(store=store, creditors={"loja": _settings(POLICY)})


def test_a_policy_that_was_taken_back_governs_nothing_new(counter: Counter):
    """The newest version in force, not the newest that was ever stored."""
    counter.another(creditors={"loja": _settings(POLICY.replace("version = 1", "version = 2"))})
    counter.bill()
    assert {action.policy_version for action in counter.loja.schedule("ana").all} == {1}


def test_an_executor_of_the_hosts_comes_before_regua(counter: Counter):
    """Whatever its name."""
    with counter.another(executors={"tasks": counter.people}) as engine:
        assert engine._parts.by_kind["task", ""] == ("tasks", counter.people)  # noqa: SLF001 - who would carry it out
    with counter.another(executors={}) as engine:
        assert engine._parts.by_kind["task", ""][0] == "tasks"  # noqa: SLF001 - as above


def test_a_policy_file_that_is_not_there(counter: Counter):
    """Is told like everything else that is wrong with a policy."""
    with pytest.raises(PolicyError, match=r"nowhere\.toml"):
        counter.another(creditors={"loja": _settings("nowhere.toml")})


def test_what_was_known_then(counter: Counter):
    """A payment of the 20th that was known on the 24th: on the 22nd nothing was known of it."""
    counter.open_account()
    counter.bill()
    counter.at = clock("2026-04-24")
    counter.loja.record(settled(when="2026-04-20 09:00", known="2026-04-24 11:00"))
    then = {action.step: action.status for action in counter.loja.schedule("ana", as_of=clock("2026-04-22")).all}
    now = {action.step: action.status for action in counter.loja.schedule("ana").all if action.receivable}
    assert then["atraso"] == "planned"
    assert now["atraso"] == "ended"


def test_a_debtor_of_whom_nothing_is_known(counter: Counter):
    """Has an empty schedule, and is not made by asking."""
    schedule = counter.loja.schedule("nobody")
    assert (schedule.all, schedule.debtor, schedule.creditor) == ((), "nobody", "loja")
    assert list(counter.loja.debtors()) == []


def test_several_debtors_are_held_in_one_order(counter: Counter):
    """Whatever that of their facts: who holds the first of them may take the second, and nobody waits for ever."""
    with ThreadPoolExecutor(1) as another:
        with counter.store.transaction("loja") as transaction:
            transaction.load("ana")
            recording = another.submit(counter.loja.record, issued("nf-1", "bia"), issued("nf-2", "ana"))
            wait([recording], timeout=0.3)
            assert transaction.load("bia").version == 0
        assert [event.debtor for event in recording.result()] == ["ana", "bia"]


def test_two_creditors_of_one_store_know_nothing_of_each_other(counter: Counter):
    """The same ids of debtor, event and invoice mean another thing to each."""
    both = {"loja": _settings(POLICY), "oficina": _settings(POLICY)}
    with counter.another(creditors=both) as engine:
        engine.creditor("loja").record(issued())
        engine.creditor("oficina").record(issued(amount="99.00", creditor="oficina"))
        amounts = [str(engine.creditor(name).schedule("ana").planned[0].amount) for name in both]
        assert amounts == ["150.00 BRL", "99.00 BRL"]
        with pytest.raises(KeyError, match="no creditor ''; there are loja, oficina"):
            engine.creditor()
        engine.creditor("oficina").erase("ana")
        assert [event.id for event in engine.creditor("loja").events()] == ["nf-1/issued"]


def test_personal_data_is_erased_and_the_ledger_stays(counter: Counter):
    """The address is gone, what is owed is not."""
    counter.open_account()
    counter.bill()
    before = counter.loja.schedule("ana")
    counter.loja.erase("ana")
    assert counter.store.kept("loja", "ana") == {}
    assert counter.loja.schedule("ana") == before


def test_the_next_wakeup_is_the_next_step(counter: Counter):
    """Nothing has to be looked at before."""
    counter.open_account()
    counter.bill()
    counter.run()
    assert counter.engine.next_wakeup() == clock("2026-04-15 09:00")


def test_an_engine_needs_creditors_and_a_store(counter: Counter):
    """What is missing is named."""
    with pytest.raises(SettingsError, match="no creditor"):
        Engine.open(store=counter.store)
    with pytest.raises(SettingsError, match="nothing says where to store"):
        counter.another(store=None)


def test_a_creditor_that_asks_for_money_says_who_it_is(counter: Counter):
    """CDC art. 42-A: name, CPF or CNPJ, and address."""
    with pytest.raises(SettingsError, match="has no document and no address"):
        counter.another(creditors={"loja": CreditorSettings(policies=(POLICY,), name="Loja da Ana")})


def test_closing_leaves_what_was_given(counter: Counter):
    """A store or channel that the host made is the host's to close; another engine may still use it."""
    counter.engine.close()
    counter.engine.close()
    assert (counter.email.closed, counter.sms.closed) == (0, 0)
    assert list(counter.another().creditor().debtors()) == []


def _settings(*policies: str | Policy) -> CreditorSettings:
    return CreditorSettings(policies=policies, name="Loja", document="11.222.333/0001-81", address="Rua A, 1")


def test_a_fact_that_is_learnt_again_is_the_same(counter: Counter):
    """A retry, or a provider's call that comes twice, brings the hour at which it came; the first one stands."""
    counter.open_account()
    counter.bill()
    [paid] = counter.loja.record(settled(when="2026-04-10 10:00"))
    later = settled(when="2026-04-10 10:00", known="2026-04-10 10:04")
    assert counter.loja.record(later, later) == ()
    assert list(counter.loja.events("ana"))[-1] == paid
    with pytest.raises(EventConflict):
        counter.loja.record(settled(when="2026-04-10 10:01", known="2026-04-10 10:04"))
