// Flags in force; a row is flagId, numberId, entityId, caseId, properties.
// parameters: rows
// columns:
UNWIND $rows AS row
CREATE (f:Flag {flagId: row[0]})
SET f += row[4]
WITH f, row
OPTIONAL MATCH (n:Number {numberId: row[1]})
OPTIONAL MATCH (e:Entity {entityId: row[2]})
OPTIONAL MATCH (c:Case {caseId: row[3]})
FOREACH (on IN CASE WHEN n IS NULL THEN [] ELSE [n] END | CREATE (f)-[:FLAGS]->(on))
FOREACH (on IN CASE WHEN e IS NULL THEN [] ELSE [e] END | CREATE (f)-[:FLAGS]->(on))
FOREACH (in IN CASE WHEN c IS NULL THEN [] ELSE [c] END | CREATE (f)-[:IN_CASE]->(in))
