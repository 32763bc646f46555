"""The calibration of the first day, before a deployment has outcomes of its own. Its card: docs/learning.md."""

from typing import Final

from graphsvc.model.calibration import Calibration, Monotone

SHIPPED: Final = Calibration(
    "shipped",
    loss=Monotone((-12.7407, 6.1164), (-9.852, 1.9012)),
    contact=Monotone((-9.0, -2.9444, -0.4055, 9.0), (-9.0, -3.0656, -0.2984, 2.7834)),
)
"""Platt's maps, as bench/shipped.py makes them; that of contact from .4 on, and the mechanism's own word below .05."""
