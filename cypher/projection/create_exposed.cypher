// Exposures to networks; a row is numberId, networkId.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (p:Number {numberId: row[0]})
MATCH (n:Network {networkId: row[1]})
CREATE (p)-[:EXPOSED_TO]->(n)
