// What new events add to contacts, which may be new, and these events; rows as for create_contacts.
// A contact's properties are fetched at once: one by one, each would be looked for along the chain again.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (a:Number {numberId: row[0]})
UNWIND row[1] AS one
MATCH (b:Number {numberId: one[0]})
OPTIONAL MATCH (a)-[r:CONTACTED]->(b)
WITH a, b, r, one, properties(r) AS c
FOREACH (_ IN CASE WHEN r IS NULL THEN [1] ELSE [] END |
  CREATE (a)-[:CONTACTED {
    lastAt: datetime.fromEpochMillis(one[8]), events: one[1],
    calls: one[2], answered: one[4], talkSeconds: one[5], longestSeconds: one[6],
    firstAt: datetime.fromEpochMillis(one[7]), messages: one[3], detailed: one[9]
  }]->(b))
FOREACH (known IN CASE WHEN r IS NULL THEN [] ELSE [r] END |
  SET known += {
    events: c.events + one[1], calls: c.calls + one[2], messages: c.messages + one[3], answered: c.answered + one[4],
    talkSeconds: c.talkSeconds + one[5],
    longestSeconds: CASE WHEN one[6] > c.longestSeconds THEN one[6] ELSE c.longestSeconds END,
    firstAt: CASE WHEN one[7] < c.firstAt.epochMillis THEN datetime.fromEpochMillis(one[7]) ELSE c.firstAt END,
    lastAt: CASE WHEN one[8] > c.lastAt.epochMillis THEN datetime.fromEpochMillis(one[8]) ELSE c.lastAt END
  })
FOREACH (call IN one[10] |
  CREATE (a)-[:CALLED {seq: call[0], at: datetime.fromEpochMillis(call[1]), seconds: call[2], answered: call[3]}]->(b))
FOREACH (message IN one[11] | CREATE (a)-[:TEXTED {seq: message[0], at: datetime.fromEpochMillis(message[1])}]->(b))
