// Links of holders; a row is holder's entityId, entityId, properties.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (h:Entity {entityId: row[0]})
MATCH (e:Entity {entityId: row[1]})
CREATE (h)-[r:OWNS]->(e)
SET r += row[2]
