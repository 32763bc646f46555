"""Every text of the package keeps the rules, says what it must, and tells nothing else of a warning."""

import re
import shutil
from pathlib import Path

import pytest

from graphsvc.errors import NotFound
from graphsvc.model.evidence import Evidence
from graphsvc.model.warnings import WarningChannel
from graphsvc.model.words import NumberKind, ScamType
from graphsvc.wording import templates
from graphsvc.wording.linter import faults, parts_of
from graphsvc.wording.templates import TemplateName, built_in
from graphsvc.wording.text import text_of
from graphsvc.wording.warned import WarningFacts, WordedScam, suspect_of, tail_of, worded_scam

TEMPLATES = built_in()
NAMES = sorted(TEMPLATES.texts, key=str)
DAY_MS = 86_400_000


def met(**facts: object) -> list[Evidence]:
    return [
        Evidence("nobody", -11.5, {}),
        Evidence(
            "met_flagged_number", 5.0, {"number": 7, "suspects": 1, "first_at": 0, "last_at": 8 * DAY_MS, **facts}
        ),
    ]


def test_two_languages_have_a_text_for_each_channel_and_kind() -> None:
    assert {name.language for name in NAMES} == {"en", "zh"}
    assert len(NAMES) == 2 * len(WarningChannel) * len(WordedScam)
    assert set(ScamType) <= {scam.value for scam in WordedScam}


def test_a_language_is_a_folder_of_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put there, it is one more; nothing else names the languages there are."""
    folder = tmp_path / "languages"
    shutil.copytree(Path(templates.__file__).parent / "languages", folder)
    shutil.copytree(folder / "en", folder / "fr")
    words = (folder / "fr" / "sms.txt").read_text()
    (folder / "fr" / "sms.txt").write_text(words.replace("{question}", "Question : {question}"))
    monkeypatch.setattr(templates, "files", lambda _: tmp_path)
    found = built_in.__wrapped__()  # type: ignore[attr-defined]  # what is kept is the package's own
    assert set(found.languages) == {"en", "fr", "zh"}
    assert len(found.texts) == 3 * len(NAMES) / 2
    facts = WarningFacts(WordedScam.LOAN, "0001", "W-7K3Q-2")
    french, english = (text_of(facts, code, WarningChannel.SMS, found) for code in ("fr", "en"))
    assert french.replace("Question : ", "") == english != french


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_every_text_keeps_every_rule(name: TemplateName) -> None:
    assert [fault.rule for fault in faults(TEMPLATES, name, TEMPLATES.texts[name])] == []


@pytest.mark.parametrize("scam", WordedScam)
def test_a_chinese_message_is_one_part_and_an_english_one_at_most_two(scam: WordedScam) -> None:
    assert parts_of(TEMPLATES, TemplateName("zh", WarningChannel.SMS, scam)) == 1
    assert parts_of(TEMPLATES, TemplateName("en", WarningChannel.SMS, scam)) <= 2


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", WarningChannel)
def test_a_text_tells_tail_and_reference_and_no_other_figures_than_the_helplines(
    language: str, channel: WarningChannel
) -> None:
    for scam in WordedScam:
        text = text_of(WarningFacts(scam, "4821", "W-4H7T2M-9"), language, channel)
        assert "4821" in text
        assert "W-4H7T2M-9" in text
        figures = set(re.findall(r"\d{3,}", text.replace("W-4H7T2M-9", "")))
        assert figures <= {"4821", "110", "96110"}
        assert "{" not in text
        assert text == text.strip()


def test_without_tail_and_reference_the_text_still_reads() -> None:
    text = text_of(WarningFacts(WordedScam.LOAN, None), "zh", WarningChannel.SMS)
    assert text.startswith("与您联系过的某发送方疑似虚假贷款诈骗。")
    assert text.endswith("问96110或110。")


def test_investment_is_worded_by_what_was_seen() -> None:
    assert worded_scam(ScamType.INVESTMENT, met()) is WordedScam.INVESTMENT_GROOMING
    assert worded_scam(ScamType.INVESTMENT, met(suspects=2)) is WordedScam.INVESTMENT
    assert worded_scam(ScamType.INVESTMENT, met(last_at=6 * DAY_MS)) is WordedScam.INVESTMENT
    assert worded_scam(ScamType.INVESTMENT, []) is WordedScam.INVESTMENT
    assert worded_scam(ScamType.LOAN, met()) is WordedScam.LOAN
    grooming = WarningFacts(WordedScam.INVESTMENT_GROOMING, "0000")
    assert "杀猪盘" in text_of(grooming, "zh", WarningChannel.SMS)
    assert "投资理财" in text_of(WarningFacts(WordedScam.INVESTMENT, "0000"), "zh", WarningChannel.SMS)
    assert suspect_of(met()) == 7
    assert suspect_of([]) is None


@pytest.mark.parametrize(
    ("mask", "kind", "tail"),
    [
        ("+86 138 **** 0000", NumberKind.MSISDN, "0000"),
        ("****12", NumberKind.INVALID, "12"),
        ("****", NumberKind.INVALID, None),
        ("95588", NumberKind.SHORT_CODE, "5588"),
        ("110", NumberKind.SHORT_CODE, "110"),
        ("www.evil.example", NumberKind.ALPHANUMERIC, None),
        ("LOAN 13800000000", NumberKind.ALPHANUMERIC, None),
    ],
)
def test_a_tail_is_what_the_mask_shows_and_no_senders_name(mask: str, kind: NumberKind, tail: str | None) -> None:
    assert tail_of(mask, kind) == tail


@pytest.mark.parametrize("tail", ["", "13800", "1 38", "abcd", "１２３４"])
def test_nothing_longer_than_a_tail_gets_in(tail: str) -> None:
    with pytest.raises(ValueError, match="tail"):
        WarningFacts(WordedScam.LOAN, tail)


@pytest.mark.parametrize("reference", ["", "138-0000-0000-1-2", "call me", "http://x", "W-123456789-1"])
def test_nothing_but_a_reference_gets_in(reference: str) -> None:
    with pytest.raises(ValueError, match="reference"):
        WarningFacts(WordedScam.LOAN, "0000", reference)


@pytest.mark.parametrize(
    ("tag", "language"),
    [("zh-Hans-CN", "zh"), ("EN_us", "en"), ("en", "en"), ("ug", "zh"), ("", "zh"), (None, "zh"), ("zhx", "zh")],
)
def test_a_subscribers_language_is_found_or_the_default_taken(tag: str | None, language: str) -> None:
    assert TEMPLATES.language_for(tag) == language


def test_a_language_without_texts_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="en, zh"):
        text_of(WarningFacts(WordedScam.LOAN, "0000"), "fr", WarningChannel.SMS)


def test_a_name_is_read_back_and_a_wrong_one_refused() -> None:
    assert all(TemplateName.parse(str(name)) == name for name in NAMES)
    for text in ("zh/sms", "zh/letter/loan", "zh/sms/love", "", "///"):
        with pytest.raises(NotFound):
            TemplateName.parse(text)
