// Cases as they are told now; a row is caseId, numberId, and properties of which a null takes away.
// parameters: rows
// columns:
UNWIND $rows AS row
MERGE (c:Case {caseId: row[0]})
SET c += row[2]
WITH c, row
OPTIONAL MATCH (:Number)-[r:REPORTED]->(c)
DELETE r
WITH DISTINCT c, row
MATCH (n:Number {numberId: row[1]})
CREATE (n)-[:REPORTED]->(c)
