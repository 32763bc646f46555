// Let go of a projection.
// parameters: projection
// columns: dropped
CALL gds.graph.drop($projection, false) YIELD graphName AS dropped
RETURN dropped
