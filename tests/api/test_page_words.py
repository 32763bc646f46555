"""What the page says where the service refuses: every code and reason that a caller can get, in both languages."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from graphsvc.api.refusals import CODES, explained
from graphsvc.errors import Reason, UsageError
from graphsvc.model.callers import region_prefix
from graphsvc.model.investigations import NOTE_MOST, checked_text
from graphsvc.model.purposes import CASE_MOST, checked_case, checked_purpose

WORDS = Path(__file__).parents[2] / "web" / "src" / "words"
OF_THE_PAGE = {"NO_CONNECTION", "NOTHING_LIKE_IT", "NOTHING_THEN"}
"""What the page finds out by itself."""
HAN = re.compile(r"[\u4e00-\u9fff]")


def refusals(language: str) -> dict[str, str]:
    """The page's words by code and reason."""
    source = (WORDS / f"{language}Refusals.ts").read_text(encoding="utf-8")
    found = re.findall(r"^  ([A-Z0-9_]+): '(.+)',$", source, flags=re.MULTILINE)
    assert len(found) == len(dict(found))
    return dict(found)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_code_and_reason_has_words(language: str) -> None:
    assert set(refusals(language)) == set(CODES) | {reason.value for reason in Reason} | OF_THE_PAGE


def test_the_words_are_in_their_language_and_name_the_same_figures() -> None:
    english, chinese = refusals("en"), refusals("zh")
    assert [code for code, text in english.items() if HAN.search(text)] == []
    assert [code for code, text in chinese.items() if not HAN.search(text)] == []
    figures = {code: set(re.findall(r"{(\w+)}", text)) for code, text in english.items()}
    assert {code: set(re.findall(r"{(\w+)}", text)) for code, text in chinese.items()} == figures


def test_an_answer_carries_the_reason_with_the_figures_that_its_words_name() -> None:
    asked: dict[Reason, Callable[[], object]] = {
        Reason.TEXT_UNFIT: lambda: checked_text("x" * (NOTE_MOST + 1), "note", NOTE_MOST),
        Reason.TEXT_HAS_NUMBER: lambda: checked_text("ring +8613800000000", "note", NOTE_MOST),
        Reason.PURPOSE_UNFIT: lambda: checked_purpose(" "),
        Reason.PURPOSE_HAS_NUMBER: lambda: checked_purpose("of 13800000000"),
        Reason.CASE_UNFIT: lambda: checked_case("x" * (CASE_MOST + 1)),
        Reason.REGION_UNFIT: lambda: region_prefix("south"),
    }
    for reason, refused in asked.items():
        with pytest.raises(UsageError) as failure:
            refused()
        shown = explained(failure.value, "r").shown()["extensions"]
        assert shown.pop("reason") == reason.value
        assert shown.pop("code") == "BAD_USAGE"
        assert set(shown) == set(re.findall(r"{(\w+)}", refusals("en")[reason.value]))


def test_chinese_has_no_half_width_marks_after_its_characters() -> None:
    """Nor has a view a mark of its own between a word and what it is of."""
    of_words = [
        f"{path.name}: {line.strip()}"
        for path in WORDS.glob("zh*.ts")
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith("//") and re.search("[\u4e00-\u9fff}][,:;?!] ?[\u4e00-\u9fff{]", line)
    ]
    of_views = [
        f"{path.name}: {line.strip()}"
        for path in (WORDS.parent).rglob("*.tsx")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\$?\{(words\.\w+|name\([^{}]*\))\}[:,] ", line)
    ]
    assert of_words + of_views == []
