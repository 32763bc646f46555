"""Every rule that can speak has words in both languages, and the words keep to the rules of wording."""

import re

import pytest

from graphsvc.engine import behaviour, sharing
from graphsvc.model.evidence import Evidence, from_json
from graphsvc.model.phrases import TEMPLATES, Language, Names, sentence
from graphsvc.ranking.probability import RULES
from tests.engine.plain import random_world
from tests.ranking.people import engaged, ranked

NAMES = Names(number=lambda n: f"+86 138 **** {n:04d}", entity=lambda x: f"#{x}", instant=lambda at: f"@{at}")
ENGINE_RULES = {
    "prior",
    "flagged",
    *behaviour.RULES,
    *(f"shared_{kind}" for kind in sharing.KINDS),
    "many_numbers_on_device",
    "co_recipients",
    "handover",
    "in_flagged_network",
    "call_back_storm",
    "public_role",
    "suspect_users",
}
RANKING_RULES = {"nobody", "met_flagged_number", "met_suspect_number", *RULES} - {"met"}


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
