// Exposures to networks that are no more; a row is numberId, networkId.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (p:Number {numberId: row[0]})
MATCH (n:Network {networkId: row[1]})
MATCH (p)-[r:EXPOSED_TO]->(n)
DELETE r
