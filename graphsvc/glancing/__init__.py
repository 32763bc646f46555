"""Glances: what comes in changes the ranking and the queue at once.

`desk.Glancing` has the verbs; `service.glancing` is one.
"""

from graphsvc.glancing.desk import Glancing

__all__ = ["Glancing"]
