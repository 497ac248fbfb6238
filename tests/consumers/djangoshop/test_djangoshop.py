from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import django
import pytest

from regua import BrazilianBankCalendar, Money, Policy, WeekdayCalendar, check_policy, events, fold, load_policy, plan

POLICIES = Path(__file__).parent / "policies"
MAY_4 = datetime(2026, 5, 4, 12, tzinfo=UTC)
MAY_20 = datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Set Django up once, on a file: what rolls back has to be seen from outside."""
    folder = tmp_path_factory.mktemp("shop")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOP_DATABASE", str(folder / "shop.sqlite3"))
        patch.setenv("SHOP_DATABASE_URL", f"sqlite:///{folder / 'shop.sqlite3'}")
        patch.setenv("SHOP_OUTBOX", str(folder / "outbox"))
        patch.setenv("DJANGO_SETTINGS_MODULE", "djangoshop.settings")
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", run_syncdb=True, verbosity=0)
        yield folder
        connections.close_all()


@pytest.fixture(autouse=True)
def empty_tables() -> Iterator[None]:
    """Each test begins and ends with nothing."""
    from djangoshop.models import Customer, Invoice, Payment
    from djangoshop.services import engine

    yield
    engine().close()
    engine.cache_clear()
    Payment.objects.all().delete()
    Invoice.objects.all().delete()
    Customer.objects.all().delete()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock of Django, which is the engine's too; it stands on 4 May."""
    from django.utils import timezone

    hands = [MAY_4]
    monkeypatch.setattr(timezone, "now", lambda: hands[-1])
    return hands.append


def policy(name: str) -> Policy:
    """Read a policy of the shop."""
    return load_policy(POLICIES / f"{name}.toml")


def test_both_policies_are_good() -> None:
    """Each creditor has a policy of its own, and no lint has a word about it."""
    assert [check_policy(path) for path in sorted(POLICIES.iterdir())] == [[], []]
    assert (policy("loja").id, policy("loja").version, policy("loja").calendar) == ("loja", 1, "br-bancario")
    assert (policy("oficina").id, policy("oficina").version, policy("oficina").calendar) == ("oficina", 3, "weekdays")


def test_models_become_facts() -> None:
    """The events carry references and amounts, and no name or address."""
    from djangoshop.facts import customer_facts, invoice_issued, payment_settled
    from djangoshop.models import Customer, Invoice, Payment

    ana = Customer.objects.create(name="Ana Souza", email="ana@example.invalid", state="SP")
    invoice = Invoice.objects.create(
        creditor="loja", customer=ana, amount=Decimal("150.00"), due=date(2026, 5, 15), issued_at=MAY_4
    )
    payment = Payment.objects.create(invoice=invoice, amount=Decimal("150.00"), paid_at=MAY_4, reference="pix-1")
    facts = [*customer_facts(ana, "loja", MAY_4), invoice_issued(invoice), payment_settled(payment, MAY_20)]
    assert not [fact for fact in facts if "Ana" in repr(fact) or "@" in repr(fact)]
    paid = facts[-1]
    assert isinstance(paid, events.PaymentSettled)
    assert (paid.amount, paid.receivables) == (Money.of("150.00"), (f"invoice-{invoice.pk}",))
    assert (paid.at_us, paid.recorded_us) == (int(MAY_4.timestamp()) * 10**6, int(MAY_20.timestamp()) * 10**6)


def test_each_creditor_plans_by_its_policy() -> None:
    """The same customer gets a reminder before the day from the shop, and on the day from the workshop."""
    from djangoshop.facts import customer_facts, invoice_issued
    from djangoshop.models import Customer, Invoice

    ana = Customer.objects.create(name="Ana Souza", email="ana@example.invalid", state="SP")
    planned = {}
    for creditor, calendar in (("loja", BrazilianBankCalendar()), ("oficina", WeekdayCalendar())):
        invoice = Invoice.objects.create(
            creditor=creditor, customer=ana, amount=Decimal("150.00"), due=date(2026, 5, 15), issued_at=MAY_4
        )
        account = fold([*customer_facts(ana, creditor, MAY_4), invoice_issued(invoice)])
        schedule = plan(policy(creditor), account, as_of=MAY_4, calendar=calendar)
        planned[creditor] = [f"{action.day} {action.step} {action.channel}" for action in schedule.planned]
    assert planned["loja"] == ["2026-05-12 lembrete email", "2026-05-19 atraso email"]
    assert planned["oficina"] == ["2026-05-15 vencimento email", "2026-05-20 atraso email"]


def test_a_payment_is_saved_and_recorded_in_one_transaction(clock: Callable[[datetime], None]) -> None:
    """What the bank reports over HTTP settles the invoice for Django and for regua."""
    from django.test import Client

    from djangoshop.models import Customer, Payment
    from djangoshop.services import engine, issue

    ana = Customer.objects.create(name="Ana Souza", email="ana@example.invalid", state="SP")
    invoice = issue("loja", ana, Decimal("150.00"), date(2026, 5, 15), MAY_4)
    clock(MAY_20)
    answer = Client().post(
        f"/invoices/{invoice.pk}/payments",
        {"amount": "150.00", "paid_at": MAY_20.isoformat(), "reference": "pix-1"},
    )
    assert answer.status_code == 201
    assert Payment.objects.count() == 1
    schedule = engine().creditor("loja").schedule(f"customer-{ana.pk}")
    assert {action.step: action.reason.code for action in schedule.ended} == {
        "lembrete": "lapsed",  # nobody called `dun` in May
        "atraso": "settled",
    }


def test_a_transaction_that_rolls_back_takes_both_along(clock: Callable[[datetime], None]) -> None:
    """What fails after the recording leaves neither a payment nor an event."""
    from django.db import transaction

    from djangoshop.models import Customer, Payment
    from djangoshop.services import engine, issue, pay

    ana = Customer.objects.create(name="Ana Souza", email="ana@example.invalid", state="SP")
    invoice = issue("loja", ana, Decimal("150.00"), date(2026, 5, 15), MAY_4)
    clock(MAY_20)
    before = engine().creditor("loja").schedule(f"customer-{ana.pk}")

    def pay_and_fall_over() -> None:
        with transaction.atomic():
            pay(invoice, Decimal("150.00"), MAY_20, "pix-1", MAY_20)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        pay_and_fall_over()
    assert Payment.objects.count() == 0
    after = engine().creditor("loja").schedule(f"customer-{ana.pk}")
    assert after.fingerprint == before.fingerprint


@pytest.mark.usefixtures("clock")
def test_creditors_do_not_see_each_other() -> None:
    """The workshop knows nothing of what is owed to the shop."""
    from djangoshop.models import Customer
    from djangoshop.services import engine, issue

    ana = Customer.objects.create(name="Ana Souza", email="ana@example.invalid", state="SP")
    issue("loja", ana, Decimal("150.00"), date(2026, 5, 15), MAY_4)
    assert engine().creditor("loja").schedule(f"customer-{ana.pk}", as_of=MAY_4).all
    assert not engine().creditor("oficina").schedule(f"customer-{ana.pk}", as_of=MAY_4).all


def test_the_command_sends_what_is_due(
    shop: Path, clock: Callable[[datetime], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Cron calls it twice on the morning of the due date; the customer gets one message."""
    from django.core.management import call_command

    from djangoshop.models import Customer
    from djangoshop.services import issue

    ana = Customer.objects.create(name="Ana Souza", email="ana@example.invalid", state="SP")
    issue("oficina", ana, Decimal("150.00"), date(2026, 6, 15), MAY_4)
    clock(datetime(2026, 6, 15, 12, 5, tzinfo=UTC))
    call_command("dun")
    call_command("dun")
    assert capsys.readouterr().out.splitlines() == ["1 sent, 0 failed, 0 unknown", "0 sent, 0 failed, 0 unknown"]
    assert len(list((shop / "outbox").glob("*.txt"))) == 1
