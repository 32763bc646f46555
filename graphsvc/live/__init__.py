"""The sources that a running service reads by itself: a watched folder, and Kafka."""
