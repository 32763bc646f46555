"""The calibration of the first day, before a deployment has outcomes of its own. Its card: docs/learning.md."""

from typing import Final

from graphsvc.model.calibration import Calibration, Monotone

SHIPPED: Final = Calibration(
    "shipped",
    loss=Monotone((-12.7407, 6.1164), (-9.852, 1.9012)),
    contact=Monotone((-9.0, -2.9444, 0.6535, 24.7234), (-9.0, -3.0698, 0.7781, 16.0414)),
)
"""Platt's maps, as bench/shipped.py makes them; that of contact from .4 on, and the mechanism's own word below .05."""
