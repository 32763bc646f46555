// Memberships that are no more; a row is networkId, numberId, entityId.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (n:Network {networkId: row[0]})
OPTIONAL MATCH (number:Number {numberId: row[1]})
OPTIONAL MATCH (entity:Entity {entityId: row[2]})
WITH n, coalesce(number, entity) AS m
MATCH (m)-[r:MEMBER_OF]->(n)
DELETE r
