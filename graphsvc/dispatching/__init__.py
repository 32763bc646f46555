"""The queue of warnings: claimed by dispatchers, settled by outcomes, watched by a supervisor.

`desk.Dispatching` has the verbs; `service.dispatching` is one.
"""

from graphsvc.dispatching.desk import Dispatching

__all__ = ["Dispatching"]
