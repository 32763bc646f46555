// What new events add to contacts, which may be new; rows as for create_contacts.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (a:Number {numberId: row[0]})
MATCH (b:Number {numberId: row[1]})
MERGE (a)-[r:CONTACTED]->(b)
ON CREATE SET
  r.events = row[2], r.calls = row[3], r.messages = row[4], r.answered = row[5], r.talkSeconds = row[6],
  r.longestSeconds = row[7], r.firstAt = row[8], r.lastAt = row[9], r.detailed = row[10]
ON MATCH SET
  r.events = r.events + row[2], r.calls = r.calls + row[3], r.messages = r.messages + row[4],
  r.answered = r.answered + row[5], r.talkSeconds = r.talkSeconds + row[6],
  r.longestSeconds = CASE WHEN row[7] > r.longestSeconds THEN row[7] ELSE r.longestSeconds END,
  r.firstAt = CASE WHEN row[8] < r.firstAt THEN row[8] ELSE r.firstAt END,
  r.lastAt = CASE WHEN row[9] > r.lastAt THEN row[9] ELSE r.lastAt END
