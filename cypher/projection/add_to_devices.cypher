// What new events add to the use of devices; a row is a, device, events, first and last time (epoch milliseconds).
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (a:Number {numberId: row[0]})
MATCH (d:Entity {entityId: row[1]})
MERGE (a)-[r:USED_DEVICE]->(d)
ON CREATE SET
  r.events = row[2], r.firstAt = datetime.fromEpochMillis(row[3]), r.lastAt = datetime.fromEpochMillis(row[4])
ON MATCH SET
  r.events = r.events + row[2],
  r.firstAt = CASE
    WHEN row[3] < r.firstAt.epochMillis THEN datetime.fromEpochMillis(row[3]) ELSE r.firstAt END,
  r.lastAt = CASE
    WHEN row[4] > r.lastAt.epochMillis THEN datetime.fromEpochMillis(row[4]) ELSE r.lastAt END
