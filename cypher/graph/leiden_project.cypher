// Copies of a graph, given as weighted edges, side by side in the memory of Graph Data Science.
// Node n of copy c is n * copies + c; Leiden goes through them in the order given.
// parameters: projection, copies, order, edges, threads
// columns: nodes, relationships
CALL () {
  UNWIND $order AS one
  RETURN one, NULL AS other, 0.0 AS weight
  UNION ALL
  UNWIND $edges AS edge
  UNWIND range(0, $copies - 1) AS copy
  RETURN edge[0] * $copies + copy AS one, edge[1] * $copies + copy AS other, edge[2] AS weight
}
WITH gds.graph.project(
  $projection, one, other,
  {relationshipProperties: {weight: weight}},
  {undirectedRelationshipTypes: ['*'], readConcurrency: $threads}
) AS g
RETURN g.nodeCount AS nodes, g.relationshipCount AS relationships
