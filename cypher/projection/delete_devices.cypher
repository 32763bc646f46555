// Uses of devices of which every event is from before a time; a row is a, device.
// parameters: rows, before
// columns:
UNWIND $rows AS row
MATCH (a:Number {numberId: row[0]})
MATCH (d:Entity {entityId: row[1]})
MATCH (a)-[r:USED_DEVICE]->(d)
WHERE r.lastAt < datetime({epochMillis: $before})
DELETE r
