// The graph of evidence, given as weighted edges, in the memory of Graph Data Science.
// parameters: projection, edges, threads
// columns: nodes, relationships
UNWIND $edges AS edge
WITH gds.graph.project(
  $projection, toInteger(edge[0]), toInteger(edge[1]),
  {relationshipProperties: {weight: edge[2]}},
  {undirectedRelationshipTypes: ['*'], readConcurrency: $threads}
) AS g
RETURN g.nodeCount AS nodes, g.relationshipCount AS relationships
