"""The words of the trade as frozen values, and the Arrow schemas of their tables. Knows no file, clock or network."""
