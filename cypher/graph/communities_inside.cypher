// What lies inside the communities of a projection, as another one: contacts between numbers of different ones are gone.
// parameters: projection, whole, threads
// columns: nodes, relationships
CALL () {
  MATCH (a:Number)
  WHERE a.selfEvents > 0 OR EXISTS { (a)-[:CONTACTED]-() }
  RETURN a, NULL AS b
  UNION ALL
  MATCH (a:Number)-[:CONTACTED]->(b:Number)
  WHERE gds.util.nodeProperty($whole, a, 'community') = gds.util.nodeProperty($whole, b, 'community')
  RETURN a, b
}
WITH gds.graph.project($projection, a, b, {}, {undirectedRelationshipTypes: ['*'], readConcurrency: $threads}) AS g
RETURN g.nodeCount AS nodes, g.relationshipCount AS relationships
