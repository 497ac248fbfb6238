from pathlib import Path

from regua.policyfile import check_policy, load_policy

OLD = """\
format = 1

[policy]
id = "padrao"
version = 3

[[step]]
id = "lembrete"
at = "D-5 09:00"
channels = ["email"]
template = "lembrete"

[[step]]
id = "atraso"
at = "D+3 09:00"
tone = "courteous"
channels = ["email"]
template = "atraso"
"""
NEXT = OLD.replace("version = 3", "version = 4")


def against(new: str, old: str = OLD) -> list[str]:
    """Give what a file says against an older one."""
    return [str(problem) for problem in check_policy(new, against=old, name="padrao.toml")]


def test_a_renamed_step_would_be_sent_again():
    """The same kind, trigger and template under a new id."""
    (said,) = against(NEXT.replace('"atraso"\nat', '"vencido"\nat'))
    assert said.startswith("padrao.toml:14:1: warning: step 'vencido' looks like 'atraso' of the older file; ")
    assert said.endswith("so keep the id 'atraso' [id-renamed]")


def test_a_new_step_beside_the_old_one_is_no_rename():
    """Nor is a step with another trigger, or one that is gone."""
    assert against(NEXT + '\n[[step]]\nid = "b"\nat = "D-5 09:00"\nchannels = ["sms"]\ntemplate = "lembrete"\n') == []
    assert against(NEXT.replace('"atraso"\nat = "D+3', '"vencido"\nat = "D+4')) == []
    assert against(NEXT.partition('[[step]]\nid = "atraso"')[0]) == []


def test_two_new_steps_are_not_both_the_same_old_one():
    """Each vanished step is taken once."""
    renamed = NEXT.replace('"atraso"\nat', '"um"\nat')
    again = renamed + renamed[renamed.index('[[step]]\nid = "um"') :].replace('"um"', '"dois"')
    assert [line.rpartition("[")[2] for line in against(again)] == ["id-renamed]"]


def test_other_content_under_the_same_version_is_an_error():
    """The store would refuse it; the place is that of the version."""
    assert against(OLD.replace("D+3", "D+4")) == [
        "padrao.toml:5:1: version 3 has other content in the older file; write version = 4 [version-unchanged]"
    ]


def test_comments_and_order_of_tables_are_no_content():
    """The fingerprint decides, not the text."""
    assert against("# moved\n" + OLD) == []


def test_another_policy_id_is_told():
    """Identity holds the step, and the policy of a receivable is kept by id."""
    (said,) = against(NEXT.replace('"padrao"', '"outra"'))
    assert said.startswith("padrao.toml:4:1: warning: the older file is of policy 'padrao'")


def test_the_older_policy_may_be_a_value_or_a_file(tmp_path: Path):
    """As the store has it, or as the repository has it."""
    file = tmp_path / "antes.toml"
    file.write_text(OLD, encoding="utf-8")
    changed = OLD.replace("D+3", "D+4")
    assert [problem.code for problem in check_policy(changed, against=file)] == ["version-unchanged"]
    assert [problem.code for problem in check_policy(changed, against=load_policy(OLD))] == ["version-unchanged"]


def test_errors_of_the_older_file_come_first_under_its_name(tmp_path: Path):
    """Its warnings are nobody's business now; without it nothing is compared."""
    file = tmp_path / "antes.toml"
    file.write_text(OLD.replace("D+3 ", "D+3") + "[limits]\nreview = '3d'\n", encoding="utf-8")
    (found,) = check_policy(OLD.replace("D+3", "D+4"), against=file)
    assert (found.file, found.line, found.code) == (str(file), 15, "invalid-value")


def test_a_file_with_errors_is_not_compared():
    """What it says is not known yet."""
    assert [line.rpartition("[")[2] for line in against(OLD.replace("D+3 ", "D+4"))] == ["invalid-value]"]
