// What the use of devices counts, told anew; rows as for add_to_devices.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (a:Number {numberId: row[0]})
MATCH (d:Entity {entityId: row[1]})
MATCH (a)-[r:USED_DEVICE]->(d)
SET r.events = row[2], r.firstAt = row[3], r.lastAt = row[4]
