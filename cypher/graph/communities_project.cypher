// The contact graph in the memory of Graph Data Science: undirected, two numbers weigh ln(1 + events between them).
// parameters: projection, threads
// columns: nodes, relationships
MATCH (a:Number)
WHERE a.selfEvents > 0 OR EXISTS { (a)-[:CONTACTED]-() }
OPTIONAL MATCH (a)-[c:CONTACTED]->(b)
OPTIONAL MATCH (b)-[back:CONTACTED]->(a)
WITH a, b, c, back
WHERE b IS NULL OR back IS NULL OR a.numberId < b.numberId
WITH gds.graph.project(
  $projection, a, b,
  {relationshipProperties: {weight: log(1.0 + c.events + coalesce(back.events, 0))}},
  {undirectedRelationshipTypes: ['*'], readConcurrency: $threads}
) AS g
RETURN g.nodeCount AS nodes, g.relationshipCount AS relationships
