// Contacts beneath which events are being created one by one; a row is a, b.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (a:Number {numberId: row[0]})
MATCH (b:Number {numberId: row[1]})
MATCH (a)-[r:CONTACTED]->(b)
SET r.detailed = true
