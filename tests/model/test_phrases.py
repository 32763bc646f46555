"""Every rule that can speak has words in both languages, and the words keep to the rules of wording."""

import re

import pytest

from graphsvc.engine import behaviour, sharing
from graphsvc.model.evidence import Evidence, from_json
from graphsvc.model.phrases import TEMPLATES, Language, Names, sentences
from graphsvc.ranking.probability import RULES
from tests.engine.plain import random_world
from tests.ranking.people import engaged, ranked

NAMES = Names(number=lambda n: f"+86 138 **** {n:04d}", entity=lambda x: f"#{x}", instant=lambda at: f"@{at}")


def sentence(item: Evidence, language: Language, names: Names) -> str:
    return dict(zip(Language, sentences(item, names), strict=True))[language]


ENGINE_RULES = {
    "prior",
    "flagged",
    "flag_of_earlier_owner",
    "complaint_about_shown_calls",
    *behaviour.RULES,
    *(f"shared_{kind}" for kind in sharing.KINDS),
    "many_numbers_on_device",
    "co_recipients",
    "list_age",
    "handover",
    "in_flagged_network",
    "settled_lines",
    "call_back_storm",
    "people_checked",
    "public_role",
    "released",
    "recycled",
    "suspect_users",
}
RANKING_RULES = {"nobody", "met_flagged_number", "met_suspect_number", "met_other_suspects", *RULES} - {"met"}


def test_there_is_a_template_for_every_rule_and_none_for_any_other() -> None:
    assert set(TEMPLATES) == ENGINE_RULES | RANKING_RULES


def test_whatever_the_engine_and_the_ranking_say_can_be_put_into_words() -> None:
    texts = []
    for seed in range(6):
        found = random_world(seed).analysed()
        texts += found.suspicions["evidence"].to_pylist() + found.entity_suspicions["evidence"].to_pylist()
    texts += [row["evidence"] for row in ranked(engaged(5, handovers=1, verifications=1, codes=1))]
    items = [item for text in texts for item in from_json(text)]
    assert {item.rule for item in items} >= {
        "flagged",
        "co_recipients",
        "shared_device",
        "suspect_users",
        "handed_over",
    }
    for item in items:
        for language in Language:
            words = sentence(item, language, NAMES)
            assert words
            assert "{" not in words
            assert "?" not in words, item


@pytest.mark.parametrize("rule", sorted(TEMPLATES))
def test_words_have_no_links_no_fear_and_no_gaps_where_facts_are_missing(rule: str) -> None:
    english, chinese = (sentence(Evidence(rule, 1.0), language, NAMES) for language in Language)
    assert re.search(r"[一-鿿]", chinese)
    assert not re.search(r"[一-鿿]", english)
    for words in (english, chinese):
        assert not re.search(r"https?:|www\.|!|！|danger|urgent|immediately|危险|立即|马上", words, re.IGNORECASE)


def test_evidence_reads_as_a_sentence_in_both_languages() -> None:
    item = Evidence("shared_device", 3.1, {"entity": 9, "numbers": [1, 2], "count": 3})
    assert sentence(item, Language.ENGLISH, NAMES) == "Shares device #9 with +86 138 **** 0001, +86 138 **** 0002."
    assert sentence(item, Language.CHINESE, NAMES) == "与+86 138 **** 0001、+86 138 **** 0002共用设备#9。"


def test_facts_that_a_sentence_does_not_tell_change_nothing_of_it() -> None:
    plain, more = ({"number": 1, "count": 2}, {"number": 1, "count": 2, "through": "none of ours", "events": [{}]})
    for language in Language:
        assert sentence(Evidence("met_flagged_number", 1.0, more), language, NAMES) == sentence(
            Evidence("met_flagged_number", 1.0, plain), language, NAMES
        )


@pytest.mark.parametrize("kind", list(sharing.KINDS))
def test_what_is_shared_and_flagged_itself_is_said_to_be_flagged_by_whom_and_since_when(kind: str) -> None:
    of_flag = {"entity": 9, "flag_at": 5, "source": "police", "scam_type": "loan"}
    number = Evidence(f"shared_{kind}", 3.1, {**of_flag, "numbers": [], "count": 1})
    person = Evidence("met_suspect_number", 3.1, {**of_flag, "number": 1, "through": f"flagged_{kind}"})
    for item in (number, person):
        assert "flagged by the police since @5" in sentence(item, Language.ENGLISH, NAMES)
        assert re.search("自@5起被公安机关标记", sentence(item, Language.CHINESE, NAMES))
        assert "other suspect numbers" not in sentence(item, Language.ENGLISH, NAMES)


def test_figures_are_rounded_and_agree_with_their_verbs() -> None:
    said = sentence(Evidence("contacts_per_day", 1.0, {"value": 9.3333, "count": 5}), Language.ENGLISH, NAMES)
    assert said.startswith("In contact with 9.3 different numbers")
    flagged = [
        sentence(Evidence("in_flagged_network", 1.0, {"count": n, "numbers": [1]}), Language.ENGLISH, NAMES)
        for n in (1, 2)
    ]
    assert "of which 1 is flagged," in flagged[0]
    assert "of which 2 are flagged," in flagged[1]


def test_who_only_rang_back_is_not_said_to_have_talked() -> None:
    rang = Evidence("stage_reached", 1.0, {"stage": "engaged", "seconds": 0, "count": 1})
    assert sentence(rang, Language.ENGLISH, NAMES) == "Called or wrote back once."
    assert sentence(rang, Language.CHINESE, NAMES) == "主动回拨或回复1次。"
