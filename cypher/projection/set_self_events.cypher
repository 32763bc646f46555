// How many events numbers had with themselves, told anew; a row is numberId, events or null.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (n:Number {numberId: row[0]})
SET n.selfEvents = row[1]
