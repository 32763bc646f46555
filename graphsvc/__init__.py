"""graphsvc: from contact events to the people who will probably lose money next, and why."""

__version__ = "0.1.0"
