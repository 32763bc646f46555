"""What the facts say of each other."""

from dataclasses import replace

import pyarrow as pa
import pytest

from graphsvc.model.facts import Facts
from graphsvc.model.tables import CASES, FLAGS


@pytest.mark.parametrize("losses", [(3, 7), (7, 3)])
def test_a_flag_of_a_case_with_several_victims_speaks_of_the_last_loss(losses: tuple[int, int]) -> None:
    nothing = Facts.none(as_of=10)
    case = {"case_id": "A", "known_at": 8, "scam_type": "loan"}
    cases = [{**case, "number": number, "lost_at": at} for number, at in enumerate(losses)]
    flag = {"known_at": 9, "scam_type": "loan", "source": "police"}
    flags = [{**flag, "flag_id": 1, "number": 5, "case_id": "A"}, {**flag, "flag_id": 2, "number": 6, "case_id": "B"}]
    facts = replace(
        nothing, cases=pa.Table.from_pylist(cases, schema=CASES), flags=pa.Table.from_pylist(flags, schema=FLAGS)
    )
    assert facts.flags_speak_of() == [7, 9]
