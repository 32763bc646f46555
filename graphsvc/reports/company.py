"""What the numbers are that one was in contact with: suspects, public numbers, people at risk."""

from collections.abc import Sequence

from graphsvc.model.references import network_reference
from graphsvc.model.words import NumberClass
from graphsvc.reports import known
from graphsvc.reports.names import Names
from graphsvc.reports.sharing import Basis
from graphsvc.reports.values import JsonObject


def company_of(basis: Basis, names: Names, numbers: Sequence[int]) -> dict[int, JsonObject]:
    """Of each of these numbers (registry ids): class, suspicion, network, public role, and its grade as a person at
    risk with the region that a caller must cover to see that."""
    catalogue, analysis_id = basis.catalogue, basis.record.analysis_id
    asked = ("number", "class", "fraud_probability", "network_id")
    rows = names.freed.suspicion_of(catalogue, analysis_id, numbers, asked).to_pylist()
    held = {row["number"]: row for row in rows}
    roles = known.roles_of(catalogue, basis.registry, numbers, basis.record.as_of)
    grades = names.freed.grades_of(catalogue, analysis_id, numbers)
    ordinary = {"class": NumberClass.ORDINARY.value, "fraud_probability": 0.0, "network_id": None}
    found = {}
    for number in numbers:
        row = held.get(number, ordinary)
        grade, region = grades.get(number, (None, None))
        found[number] = {
            "class": row["class"],
            "fraud_probability": round(row["fraud_probability"], 6),
            "network": None if row["network_id"] is None else network_reference(row["network_id"]),
            "directory_role": roles.get(number),
            "grade": grade,
            "grade_region": region,
        }
    return found
