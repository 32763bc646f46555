// Memberships; a row is networkId, numberId, entityId, role, score.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (n:Network {networkId: row[0]})
OPTIONAL MATCH (number:Number {numberId: row[1]})
OPTIONAL MATCH (entity:Entity {entityId: row[2]})
WITH n, row, coalesce(number, entity) AS m
CREATE (m)-[:MEMBER_OF {role: row[3], score: row[4]}]->(n)
