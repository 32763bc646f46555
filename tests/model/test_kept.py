"""A bounded memory gives what was made under a key, and makes what is missing once and together."""

from graphsvc.model.kept import Kept


def test_what_is_missing_is_made_together_and_what_is_there_is_not_made_again() -> None:
    kept: Kept[str] = Kept(10)
    asked: list[list[int]] = []

    def made(places: list[int]) -> list[str]:
        asked.append(places)
        return [f"made for {place}" for place in places]

    assert kept.all(["a", "b"], made) == ["made for 0", "made for 1"]
    assert kept.all(["c", "a", "d", "b"], made) == ["made for 0", "made for 0", "made for 2", "made for 1"]
    assert kept.all(["d", "a"], made) == ["made for 2", "made for 0"]
    assert asked == [[0, 1], [0, 2]]


def test_what_was_not_asked_for_longest_goes_first() -> None:
    kept: Kept[str] = Kept(2)
    for key in ("a", "b", "a", "c"):
        kept.get(key, key.upper)
    assert kept.known() == ["c", "a"]
    assert kept.held() == ["C", "A"]


def test_a_page_longer_than_the_memory_is_whole_and_nothing_is_kept_beyond_its_bound() -> None:
    kept: Kept[int] = Kept(2)
    assert kept.all(list("abcd"), lambda places: places) == [0, 1, 2, 3]
    assert kept.known() == ["d", "c"]
    assert Kept[int](0).all(list("ab"), lambda places: places) == [0, 1]
