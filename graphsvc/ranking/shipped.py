"""The calibration of the first day, before a deployment has outcomes of its own. Its card: docs/learning.md."""

from typing import Final

from graphsvc.model.calibration import UNCHANGED, Calibration

SHIPPED: Final = Calibration("shipped", UNCHANGED.loss, UNCHANGED.contact)
