"""What is current: a full analysis, and glances that change ranking and queue at once by what comes in.

`desk.Glancing` has the verbs; `service.glancing` is one.
"""

from graphsvc.glancing.desk import Full, Glancing

__all__ = ["Full", "Glancing"]
