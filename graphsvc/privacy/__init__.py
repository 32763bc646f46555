"""What protects people's data and people's rights: audit, reveal, appeal and release, retention."""
