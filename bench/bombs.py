"""Hostile documents: each stays under the body limit and tries to cost as much as it can before it is refused.

`JUST_WITHIN` are as large as the gate lets through: what validation, the slowest of the walls behind it, has to bear.
"""


def nested_fragments(count: int, spreads: int = 2) -> str:
    """Fragments that each spread the next several times: exponential where they are expanded."""
    parts = [f"fragment F{k} on Node {{ {f'...F{k + 1} ' * spreads} }}" for k in range(count)]
    return "{ node(id: 1) { ...F0 } } " + " ".join(parts) + f" fragment F{count} on Node {{ id }}"


def several(count: int, selection: str) -> str:
    """A query that selects the same thing so many times, with `%d` in it counted up."""
    return "{ " + " ".join(selection.replace("%d", str(k)) for k in range(count)) + " }"


def fragments(count: int, spread: int, body: str, on: str = "Query") -> str:
    """So many fragments, spread so many times each."""
    spreads = " ".join(f"...F{k}" for k in range(count))
    return "{ " + f"{spreads} " * spread + "} " + " ".join(f"fragment F{k} on {on} {{ {body} }}" for k in range(count))


def values(count: int, value: str) -> str:
    """A long list as a literal."""
    return "{ numbers(numbers: [" + " ".join([value] * count) + "]) { id } }"


def operations(count: int, inside: str) -> str:
    """Operations that share their fragments and have variables of their own."""
    variables = " ".join(f"$v{k}: ID!" for k in range(count))
    texts = [f"query Q{k}({variables}) {{ {inside} }}" for k in range(count)]
    return " ".join([*texts, *(f"fragment F{k} on Query {{ n{k}: node(id: $v{k}) {{ id }} }}" for k in range(count))])


SAME_NAMES: dict[str, str] = {
    "one name 199 times": several(199, "service { version }"),
    "one name with 130 arguments": several(130, "victims(first: %d) { edges { cursor } }"),
    "one name 199 times, by id": several(199, 'node(id: "%d") { id }'),
    "one name four deep": several(98, "victims { edges { node { id } } }"),
    "one name in 20 fragments": fragments(20, 1, "service { version } " * 9),
    "20 fragments spread 13 times": fragments(20, 13, "__typename"),
    "one name on every type": "{ node(id: 1) { "
    + "".join(f"... on {one} {{ {'id ' * 30} }} " for one in ["Victim", "NumberReport", "EntityReport", "Network"] * 3)
    + "} }",
}
"""Validation compares fields of one name in one place each with each: quadratic, if they reach it."""

JUST_WITHIN: dict[str, str] = {
    "14 times one name": several(14, "service { version }"),
    "11 arguments, none like another": several(11, "victims(first: %d) { edges { cursor } }"),
    "398 unknown fields": several(398, "a%d"),
    "900 literals": values(900, '"1"'),
    "900 literals of another type": values(900, "1"),
    "300 unknown arguments": "{ victims(" + " ".join(f"a{k}: 1" for k in range(300)) + ") { analysisId } }",
    "190 variables": "query(" + " ".join(f"$v{k}: Int" for k in range(190)) + ") { __typename }",
    "10 operations, 10 fragments, 100 variables": operations(9, " ".join(f"...F{k}" for k in range(9))),
    "75 objects": "mutation { recordOutcomes(outcomes: ["
    + '{ warningId: "1" outcome: DELIVERED note: "a" } ' * 75
    + "]) }",
    "300 times one key": "mutation { recordOutcomes(outcomes: [{ " + 'note: "a" ' * 300 + "}]) }",
    "60 nested inline fragments": "{ node(id: 1) { "
    + " ".join(f"... on Victim {{ ... on Node {{ ... on Victim {{ x{k} }} }} }}" for k in range(60))
    + " } }",
    "many fields, each once": "{ victims { edges { node { rank grade stage region number probability scamType"
    " evidence { rule contribution text path { id number entity since until events seconds } }"
    " exposure { suspects { id } events firstAt lastAt talkSeconds callBacks handovers }"
    " network { id reference size flaggedCount exposed losses scamType firstSeen lastSeen roles { role count }"
    " linked { id reference through strength } lineage { id kind shared } members { id number role } } } } } }",
}


BOMBS: dict[str, str] = {
    "101 aliases": "{ " + " ".join(f"a{k}: __typename" for k in range(101)) + " }",
    "500 times the same field": "{ " + "__typename " * 500 + "}",
    "ten directives that there are not": "{ __typename " + "@aa " * 10 + "}",
    "a thousand directives": "{ __typename " + "@include(if: true) " * 800 + "}",
    "circular introspection": "{ __schema { types { fields "
    + "{ type { fields " * 3
    + "{ name }"
    + " } }" * 3
    + " } } }",
    "deep inline fragments": "{ " + "... { " * 200 + "__typename" + " }" * 200 + " }",
    "deep fields": "{ " + "a { " * 200 + "b" + " }" * 200 + " }",
    "deep lists": "{ node(id: " + "[" * 900 + "]" * 900 + ") { id } }",
    "deep objects": "{ node(id: " + "{a: " * 400 + "1" + "}" * 400 + ") { id } }",
    "nested fragments": nested_fragments(18),
    "wide nested fragments": nested_fragments(10, spreads=20),
    "too many fragments": nested_fragments(60),
    "a fragment that spreads itself": "{ node(id: 1) { ...F } } fragment F on Node { ...F }",
    "fragments in a circle": "{ node(id: 1) { ...A } } fragment A on Node { ...B } fragment B on Node { ...A }",
    "a bomb nobody spreads": "{ __typename } " + nested_fragments(18)[nested_fragments(18).index("fragment") :],
    "many operations": " ".join(f"query Q{k} {{ __typename }}" for k in range(100)),
    "comments": "#a\n" * 3500 + "{ __typename }",
    "commas": "{ __typename " + "," * 15_000 + "}",
    "a long name": "{ " + "a" * 15_000 + " }",
    "a long string": '{ node(id: "' + "a" * 15_000 + '") { id } }',
    "unclosed": "{ " * 3000,
    "block strings": '{ node(id: """' + "\\\n" * 3500 + '""") { id } }',
    "conflicting aliases": "{ "
    + " ".join(f"victims(first: {k}) {{ edges {{ cursor }} }}" for k in range(1, 60))
    + " }",
    "many variables": "query(" + " ".join(f"$v{k}: Int" for k in range(1300)) + ") { __typename }",
    "type definitions": "type Query { a: Int } { __typename }",
    "unicode": "{ " + "é" * 5000 + " }",
    "nulls": "{ \x00 }",
    **SAME_NAMES,
    **JUST_WITHIN,
    "expensive": "{ victims(first: 100) { edges { node { network { members(first: 1000) { number } } } } } }",
}
