"""The graph of numbers: snapshots of who was in contact with whom, and the questions they answer."""
