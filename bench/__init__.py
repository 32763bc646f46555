"""What is timed, against what: ratios taken in one run, never wall-clock promises."""
