// What new events of numbers with themselves add; a row is numberId, events.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (n:Number {numberId: row[0]})
SET n.selfEvents = coalesce(n.selfEvents, 0) + row[1]
