"""The calibration of the first day, before a deployment has outcomes of its own. Its card: docs/learning.md."""

from typing import Final

from graphsvc.model.calibration import Calibration, Monotone

SHIPPED: Final = Calibration(
    "shipped",
    loss=Monotone((-12.7407, 6.1164), (-9.852, 1.9012)),
    contact=Monotone((-9.2102, -2.9444, -1.7996, -0.2535, 21.3749), (-9.2102, -3.0698, -1.0561, 0.7357, 18.0597)),
)
"""Platt's maps, as bench/shipped.py makes them; that of contact drawn three tenths of the way to what came of the first
people of each day elsewhere (log-odds × .866 + .293), and the mechanism's own word below .05."""
