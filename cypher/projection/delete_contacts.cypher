// Contacts of which every event is from before a time; a row is a, b.
// parameters: rows, before
// columns:
UNWIND $rows AS row
MATCH (a:Number {numberId: row[0]})
MATCH (b:Number {numberId: row[1]})
MATCH (a)-[r:CONTACTED]->(b)
WHERE r.lastAt < datetime({epochMillis: $before})
DELETE r
