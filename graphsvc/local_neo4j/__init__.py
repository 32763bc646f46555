"""A real Neo4j server of one's own: fetched, configured, started and stopped in the data folder, without Docker."""
