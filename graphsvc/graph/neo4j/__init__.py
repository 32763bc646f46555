"""The graph in a real Neo4j: connection, statements, schema, and the writing of what the projection holds."""
