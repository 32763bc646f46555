// Drop projections that a crash of graphsvc left in the server's memory an hour ago or longer.
// parameters:
// columns: dropped
CALL gds.graph.list() YIELD graphName, creationTime
WITH graphName, creationTime
WHERE graphName STARTS WITH 'graphsvc-' AND creationTime < datetime() - duration('PT1H')
CALL gds.graph.drop(graphName, false) YIELD graphName AS dropped
RETURN dropped
