"""Who is warned, on which channel, in which order, and what follows from an outcome: policy, pure."""
