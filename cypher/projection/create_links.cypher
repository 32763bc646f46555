// Links of numbers; a row is type, numberId, entityId, properties.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (n:Number {numberId: row[1]})
MATCH (e:Entity {entityId: row[2]})
CREATE (n)-[r:$(row[0])]->(e)
SET r += row[3]
