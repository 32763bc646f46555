"""Each rule catches the text that breaks it, whatever the disguise, and leaves the same text without it alone."""

import pytest

from graphsvc.model.warnings import WarningChannel
from graphsvc.wording.linter import faults
from graphsvc.wording.templates import TemplateName, built_in
from graphsvc.wording.warned import WordedScam

TEMPLATES = built_in()
ZH = TemplateName("zh", WarningChannel.SMS, WordedScam.LOAN)
EN = TemplateName("en", WarningChannel.SMS, WordedScam.LOAN)
SCRIPT = TemplateName("zh", WarningChannel.CALL, WordedScam.LOAN)
GOOD = "与您联系过的{suspect}疑似虚假贷款诈骗。对方让您先交费吗？请停止联系、停止付款，问96110或110。"
GOOD_EN = "You met {suspect}: possibly loan fraud. Asked to pay? Please stop contact, stop payment, ask 96110 or 110."


def broken(name: TemplateName, text: str) -> list[str]:
    return [fault.rule for fault in faults(TEMPLATES, name, text)]


def test_the_plain_texts_are_good() -> None:
    assert broken(ZH, GOOD) == []
    assert broken(EN, GOOD_EN) == []


@pytest.mark.parametrize(
    ("without", "rule"),
    [
        ("{suspect}", "names_suspect"),
        ("虚假贷款", "names_scam"),
        ("？", "asks"),
        ("停止联系、", "stop_contact"),
        ("停止付款", "stop_payment"),
        ("问96110或110", "whom_to_ask"),
    ],
)
def test_what_must_be_said_is_missed(without: str, rule: str) -> None:
    assert broken(ZH, GOOD.replace(without, "")) == [rule]


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ("否则账户会被冻结。", "fear"),
        ("小心！", "fear"),
        ("小心!", "fear"),
        ("您会倾家荡产。", "fear"),
        ("详见https://fz.example", "link"),
        ("详见 www。fanzha。cn", "link"),
        ("见fz.cn", "link"),
        ("见ｆｚ．ｃｏｍ", "link"),  # full-width letters
        ("见t.me/police", "link"),
        ("写信到a@b", "link"),
        ("请扫码核实。", "link"),
        ("请加微信。", "link"),
        ("或拨12345。", "other_number"),
        ("或拨１３８００１３８０００。", "other_number"),  # full-width digits
        ("或拨138-0013-8000。", "other_number"),
        ("或拨1 3 8 0 0 1 3 8 0 0 0。", "other_number"),
        ("或拨一三八零零一三八零零零。", "other_number"),
        ("或拨961100。", "other_number"),
        ("请提供您的姓名。", "personal_data"),
        ("请回复您的密码。", "personal_data"),
        ("\u200b", "hidden_characters"),
        ("\u202e", "hidden_characters"),
        ("\x07", "hidden_characters"),
        ("字" * 90, "too_long"),
    ],
)
def test_what_must_not_be_said_is_caught(more: str, rule: str) -> None:
    assert broken(ZH, GOOD + more) == [rule]


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        (" You may go to prison.", "fear"),
        (" HURRY PLEASE", "fear"),
        (" Danger ahead.", "fear"),
        (" Click to see.", "link"),
        (" See fraud.gov.cn", "link"),
        (" Call (021) 555-0123.", "other_number"),
        (" Reply with your name.", "personal_data"),
        (" x" * 120, "too_long"),
    ],
)
def test_the_same_in_english(more: str, rule: str) -> None:
    assert broken(EN, GOOD_EN + more) == [rule]


@pytest.mark.parametrize(
    "more", ["{number}", "{suspect.__class__}", "{suspect!r}", "{suspect:>900}", "{}", "{0}", "{", "}", "{name}"]
)
def test_no_slot_but_suspect_and_reference(more: str) -> None:
    assert broken(ZH, GOOD + more) == ["slots"]


def test_a_script_without_evidence_or_the_three_noes_is_caught() -> None:
    whole = TEMPLATES.texts[SCRIPT]
    assert broken(SCRIPT, whole) == []
    assert broken(SCRIPT, whole.replace("保留", "").replace("不要删除", "")) == ["keep_evidence"]
    for phrase in ("未知链接不点击", "陌生来电不轻信", "个人信息不透露", "转账汇款多核实"):
        assert broken(SCRIPT, whole.replace(phrase, "")) == ["three_nos_one_more"]


def test_a_text_in_the_other_languages_place_is_caught() -> None:
    assert "stop_contact" in broken(EN, GOOD)
    assert "stop_contact" in broken(ZH, GOOD_EN)


def test_faults_are_told_in_both_languages() -> None:
    (fault,) = faults(TEMPLATES, ZH, GOOD + "！")
    assert "frightens" in fault.english
    assert "恐吓" in fault.chinese
