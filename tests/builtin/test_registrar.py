"""The file registrar as the engine uses it: kinds, dates, numbers, how often it is asked."""

import json
from datetime import timedelta
from pathlib import Path

import attrs
import pytest
from tests.builtin.test_executors import REQUEST

from regua.builtin.registrar import FileRegistrar, FileRegistrarConfig
from regua.core.planning.support import CARRIED_OUT
from regua.errors import DateError
from regua.ports import ActionRequest, Receipt


def made(tmp_path: Path, **keys: object) -> FileRegistrar:
    """A registrar in a folder."""
    return FileRegistrar(FileRegistrarConfig(path=tmp_path, **keys))  # type: ignore[arg-type]


def answered(tmp_path: Path, **answer: object) -> Receipt:
    """What is understood of an answer."""
    registrar = made(tmp_path)
    registrar.run(REQUEST)
    (tmp_path / "answers").mkdir(exist_ok=True)
    (tmp_path / "answers/3fa9c0.json").write_text(json.dumps(answer), encoding="utf-8")
    found = registrar.find("3fa9c0")
    assert found is not None
    return found


def test_it_takes_all_acts(tmp_path: Path):
    """So that every consequence can be tried without a vendor."""
    assert made(tmp_path).kinds == CARRIED_OUT - {"message", "reissue", "boleto", "task"}
    assert {"notice", "listing", "delisting", "suspend", "restore", "lawsuit", "write-off"} <= made(tmp_path).kinds


def test_it_is_asked_and_says_when_something_is_done(tmp_path: Path):
    """Every quarter of an hour; it sends no notice by itself."""
    can = made(tmp_path).capabilities
    assert (can.ask_every, can.reports_delivery, can.sends_legal_notice) == (timedelta(minutes=15), True, False)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2026-06-08", "2026-06-08 12:00"),
        ("2026-06-08T09:30:00-03:00", "2026-06-08 09:30"),
        ("2026-06-08T12:30:00Z", "2026-06-08 09:30"),
    ],
)
def test_an_answer_says_when_it_was(tmp_path: Path, told: str, expected: str):
    """A day means its noon where the registrar is, an instant itself."""
    found = answered(tmp_path, status="delivered", at=told)
    assert found.at is not None
    assert found.at.in_timezone("America/Sao_Paulo").format("YYYY-MM-DD HH:mm") == expected


def test_an_answer_says_why(tmp_path: Path):
    """As the registrar's word for a refusal."""
    found = answered(tmp_path, status="failed", reason="título sem comprovante", reference="P-77")
    assert (found.status, found.reason, found.reference) == ("failed", "título sem comprovante", "P-77")


def test_an_answer_may_be_followed_by_another(tmp_path: Path):
    """Filed first, registered three days later."""
    assert answered(tmp_path, status="accepted", reference="P-77").status == "accepted"
    assert answered(tmp_path, status="delivered", reference="P-77").status == "delivered"


def test_a_request_names_the_case(tmp_path: Path):
    """By the number that the registrar gave it."""
    made(tmp_path).run(attrs.evolve(REQUEST, case="P-77"))
    assert json.loads((tmp_path / "requests/3fa9c0.json").read_text(encoding="utf-8"))["case"] == "P-77"
    assert isinstance(REQUEST, ActionRequest)


def test_a_zone_that_is_none_is_refused(tmp_path: Path):
    """When the settings are read."""
    with pytest.raises(DateError):
        made(tmp_path, timezone="Brasília")
