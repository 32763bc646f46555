// Let go of the graph of evidence.
// parameters: projection
// columns: dropped
CALL gds.graph.drop($projection, false) YIELD graphName AS dropped
RETURN dropped
