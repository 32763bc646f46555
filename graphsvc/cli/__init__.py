"""The command line that people type and others script against."""
