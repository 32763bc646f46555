"""The desk of the projection: what a Neo4j database should hold, loaded whole or kept up. The model: docs/neo4j.md."""
