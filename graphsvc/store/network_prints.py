"""What tells whether a network is still the same: its figures, and who belongs to it, of a whole analysis at once."""

from typing import Final

import sqlalchemy as sa

from graphsvc.store.amended import number_of
from graphsvc.store.catalogue import Catalogue
from graphsvc.store.tables import results

Print = tuple[object, ...]
"""Equal for two analyses where people would see the same network; nothing else can be read from it."""

_FIGURES: Final = ("size", "flagged", "exposed", "losses", "scam_type")


def network_prints(catalogue: Catalogue, analysis_id: str) -> dict[int, Print]:
    """Network id → print, of every network of an analysis; empty where the analysis is not kept."""
    networks, members = results["networks"].c, results["members"].c
    number = number_of(analysis_id, full=True)
    figures = sa.select(networks.network_id, *[networks[name] for name in _FIGURES])
    # Registry ids are small: their sum is exact, and another when somebody joins, leaves or is exchanged.
    joined = sa.func.coalesce(sa.func.sum(sa.cast(members.number, sa.BigInteger)), 0)
    belong = sa.select(members.network_id, sa.func.count(members.entity), joined).group_by(members.network_id)
    with catalogue.reading() as connection:
        seen = connection.execute(figures.where(networks.analysis_no == number)).all()
        who = connection.execute(belong.where(members.analysis_no == number)).all()
    belongs = {network_id: (entities, int(numbers)) for network_id, entities, numbers in who}
    return {row[0]: (*row[1:], *belongs.get(row[0], (0, 0))) for row in seen}
