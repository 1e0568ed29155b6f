"""The catalogue, its versions, files that are refused; and the channels."""

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from chassis.dated import Confidence
from chassis.operator_files import BadFile
from contracts.bulletin import BulletinChannel
from services.tasks.catalogue.model import CATALOGUE, Catalogue, NoSuchItem
from services.tasks.clocks.limits import Amount, Unit
from services.tasks.requests.channels import Channel
from services.tasks.rules.pack import MatterKind

HELD = Catalogue.load()
TODAY = date(2026, 11, 22)
TEXT = CATALOGUE.read_text(encoding="utf-8")
SENIOR = TEXT[TEXT.index("  - code: senior-certificate\n") : TEXT.index("  - code: land-use\n")]

# The errands that seed 000 names.
NAMED = {
    "identity-card",
    "household-register",
    "business-licence",
    "subsistence-allowance",
    "temporary-aid",
    "special-care",
    "mediation",
    "labour-export",
    "birth-registration",
    "land-use",
    "only-child-certificate",
    "senior-certificate",
    "work-permit",
    "medical-reimbursement",
    "benefit-payment",
}


def stored(folder: Path, text: str) -> Path:
    path = folder / "catalogue.yaml"
    path.write_text(text, encoding="utf-8")
    if not (folder / "templates").exists():
        copytree(CATALOGUE.parent / "templates", folder / "templates")
    return path


def test_it_holds_every_errand_that_was_asked_for() -> None:
    assert {item.code for item in HELD.offered(on=TODAY)} >= NAMED


def test_every_errand_is_free_and_says_how_long_it_may_take_and_how_sure_that_is() -> None:
    assert {item.fee for item in HELD.items} == {0}
    assert all(item.legal_time.value > 0 and item.source for item in HELD.items)
    assert {item.confidence for item in HELD.items} == {Confidence.G}  # none of these figures was checked


def test_evidence_is_asked_only_where_money_or_an_agreement_changes_hands() -> None:
    asking = {item.code for item in HELD.items if item.evidence_required}
    assert asking == {"mediation", "medical-reimbursement", "benefit-payment"}


def test_a_matter_in_free_words_has_a_hint_for_every_kind() -> None:
    assert {matter.kind: matter.name for matter in HELD.free_matters} == {
        MatterKind.APPOINTMENT: "预约",
        MatterKind.ENQUIRY: "咨询",
        MatterKind.HELP: "求助",
        MatterKind.SUGGESTION: "建议",
        MatterKind.COMPLAINT: "投诉",
        MatterKind.REPORT: "举报",
    }


def test_an_errand_changes_on_its_date(tmp_path: Path) -> None:
    old = SENIOR.replace("valid_from: 2023-01-01", "valid_from: 2023-01-01\n    valid_to: 2026-11-22")
    new = SENIOR.replace("2023-01-01", "2026-11-23").replace("version: 1", "version: 2").replace("value: 5", "value: 3")
    held = Catalogue.load(stored(tmp_path, TEXT.replace(SENIOR, old + new)))
    before, after = (held.item("senior-certificate", on=date(2026, 11, day)) for day in (22, 23))
    assert (before.version, before.legal_time) == (1, Amount(value=5, unit=Unit.WORKING_DAYS))
    assert (after.version, after.legal_time) == (2, Amount(value=3, unit=Unit.WORKING_DAYS))
    assert [item.code for item in held.offered(on=TODAY)].count("senior-certificate") == 1


def test_an_errand_may_end_and_come_back(tmp_path: Path) -> None:
    old = SENIOR.replace("valid_from: 2023-01-01", "valid_from: 2023-01-01\n    valid_to: 2024-12-31")
    new = SENIOR.replace("2023-01-01", "2026-01-01").replace("version: 1", "version: 2")
    held = Catalogue.load(stored(tmp_path, TEXT.replace(SENIOR, old + new)))
    assert held.item("senior-certificate", on=TODAY).version == 2
    with pytest.raises(NoSuchItem):
        held.item("senior-certificate", on=date(2025, 6, 1))


@pytest.mark.parametrize(
    ("code", "on"), [("no-such-errand", TODAY), ("identity-card", date(2022, 12, 31)), ("", TODAY)]
)
def test_an_errand_that_is_not_offered_is_refused(code: str, on: date) -> None:
    with pytest.raises(NoSuchItem) as refused:
        HELD.item(code, on=on)
    assert refused.value.status == 404
    assert refused.value.details == {"item": code, "on": on.isoformat()}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (SENIOR, SENIOR + SENIOR, "senior-certificate 有两行同时有效"),
        (
            "code: senior-certificate\n    version: 1",
            "code: senior-certificate\n    version: 2",
            "version 应按生效日期",
        ),
        ("code: senior-certificate", "code: 老年证", "code：应为小写英文"),
        ("    fee: 0", "    fee: 10", "fee：只能填：0"),
        ("kind: help", "kind: errand", "kind：只能填"),
        ("applicants: [person, guardian]", "applicants: []", "applicants：不能为空"),
        ("applicants: [person, guardian]", "applicants: [anybody]", "applicants.0：只能填"),
        ("legal_time: { value: 5, unit: wd }", "legal_time: { value: 5 }", "legal_time.unit：缺少这一项"),
        ("legal_time: { value: 5, unit: wd }", "legal_time: 5", "legal_time"),
        ("evidence: null", "proof: null", "proof：没有这个字段"),
        ("  - kind: enquiry\n", "  - kind: help\n", "各写一次"),
    ],
)
def test_a_faulty_catalogue_is_refused(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert old in TEXT
    with pytest.raises(BadFile, match=what):
        Catalogue.load(stored(tmp_path, TEXT.replace(old, new, 1)))


def test_a_form_whose_file_is_not_there_stops_the_start_and_is_named(tmp_path: Path) -> None:
    path = stored(tmp_path, TEXT)
    (tmp_path / "templates" / "hardship.html").unlink()
    with pytest.raises(BadFile, match=r"第 [0-9]+ 行：templates 文件夹中没有 hardship\.html"):
        Catalogue.load(path)


@pytest.mark.parametrize(
    "file", ["../catalogue.yaml", "a/b.html", "表.html", "mandate.exe", ".html", "mandate.html\\n"]
)
def test_a_form_is_a_plain_file_of_a_known_kind(tmp_path: Path, file: str) -> None:
    text = TEXT.replace("{ file: mandate.html, title: 委托代办书 }", f'{{ file: "{file}", title: 表 }}', 1)
    with pytest.raises(BadFile, match="templates"):
        Catalogue.load(stored(tmp_path, text))


def test_one_form_has_one_title(tmp_path: Path) -> None:
    text = TEXT.replace("{ file: mandate.html, title: 委托代办书 }", "{ file: mandate.html, title: 委托书 }", 1)
    with pytest.raises(BadFile, match="名称不同"):
        Catalogue.load(stored(tmp_path, text))


def test_each_channel_is_counted_under_one_heading_of_the_bulletin_or_none() -> None:
    assert {channel.value: channel.bulletin for channel in Channel} == {
        "hotline": BulletinChannel.PHONE,
        "agent": None,
        "counter": BulletinChannel.SITE,
        "mini_program": BulletinChannel.SOCIAL,
        "social_account": BulletinChannel.SOCIAL,
        "web": BulletinChannel.WEB,
        "police_line": BulletinChannel.POLICE_LINE,
        "from_above": BulletinChannel.FROM_ABOVE,
        "survey_answer": None,
        "household_visit": None,
        "open311": None,
        "signed_api": None,
        "spreadsheet": None,
    }


@pytest.mark.parametrize("kind", [Channel, BulletinChannel, Confidence])
def test_every_member_has_a_chinese_name_of_its_own(kind: type[Channel | BulletinChannel | Confidence]) -> None:
    names = [member.title_zh for member in kind]
    assert all(names)
    assert len(set(names)) == len(names)
