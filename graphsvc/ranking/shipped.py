"""The calibration of the first day, before a deployment has outcomes of its own. Its card: docs/learning.md."""

from typing import Final

from graphsvc.model.calibration import Calibration, Monotone

SHIPPED: Final = Calibration(
    "shipped",
    loss=Monotone((-12.7407, 6.1164), (-9.852, 1.9012)),
    contact=Monotone((-9.0, -2.9444, -1.5103, 0.6535, 24.7234), (-9.0, -3.0698, -0.7354, 0.9748, 12.2043)),
)
"""Platt's maps, as bench/shipped.py makes them; that of contact drawn three tenths of the way to what came of the first
people of each day elsewhere (log-odds × .744 + .446), and the mechanism's own word below .05."""
