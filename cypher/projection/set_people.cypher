// What subscribers and the directory say; a row is numberId, and properties of which a null takes away.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (n:Number {numberId: row[0]})
SET n += row[1]
