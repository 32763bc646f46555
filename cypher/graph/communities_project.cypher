// The contact graph in the memory of Graph Data Science: undirected, two numbers weigh ln(1 + events between them).
// parameters: projection, threads
// columns: nodes, relationships
CALL () {
  // First the numbers alone, for Leiden goes through them in the order in which they come: by id, and never as they
  // happen to lie in the store.
  MATCH (a:Number)
  WHERE a.selfEvents > 0 OR EXISTS { (a)-[:CONTACTED]-() }
  RETURN a, NULL AS b, 0.0 AS weight
  ORDER BY a.numberId
  UNION ALL
  MATCH (a:Number)-[c:CONTACTED]->(b:Number)
  OPTIONAL MATCH (b)-[back:CONTACTED]->(a)
  WITH a, b, c, back
  WHERE back IS NULL OR a.numberId < b.numberId
  RETURN a, b, log(1.0 + c.events + coalesce(back.events, 0)) AS weight
}
WITH gds.graph.project(
  $projection, a, b,
  {relationshipProperties: {weight: weight}},
  {undirectedRelationshipTypes: ['*'], readConcurrency: $threads}
) AS g
RETURN g.nodeCount AS nodes, g.relationshipCount AS relationships
