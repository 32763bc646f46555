// What new events add to contacts, which may be new, and these events; rows as for create_contacts.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (a:Number {numberId: row[0]})
UNWIND row[1] AS one
MATCH (b:Number {numberId: one[0]})
MERGE (a)-[r:CONTACTED]->(b)
ON CREATE SET
  r.events = one[1], r.calls = one[2], r.messages = one[3], r.answered = one[4], r.talkSeconds = one[5],
  r.longestSeconds = one[6], r.firstAt = datetime.fromEpochMillis(one[7]), r.lastAt = datetime.fromEpochMillis(one[8]),
  r.detailed = one[9]
ON MATCH SET
  r.events = r.events + one[1], r.calls = r.calls + one[2], r.messages = r.messages + one[3],
  r.answered = r.answered + one[4], r.talkSeconds = r.talkSeconds + one[5],
  r.longestSeconds = CASE WHEN one[6] > r.longestSeconds THEN one[6] ELSE r.longestSeconds END,
  r.firstAt = CASE
    WHEN one[7] < r.firstAt.epochMillis THEN datetime.fromEpochMillis(one[7]) ELSE r.firstAt END,
  r.lastAt = CASE
    WHEN one[8] > r.lastAt.epochMillis THEN datetime.fromEpochMillis(one[8]) ELSE r.lastAt END
FOREACH (call IN one[10] |
  CREATE (a)-[:CALLED {seq: call[0], at: datetime.fromEpochMillis(call[1]), seconds: call[2], answered: call[3]}]->(b))
FOREACH (message IN one[11] | CREATE (a)-[:TEXTED {seq: message[0], at: datetime.fromEpochMillis(message[1])}]->(b))
