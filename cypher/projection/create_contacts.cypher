// Contacts between numbers that had none, with their events.
// A row is a, and of each b: b, the counts and times, whether events lie beneath, calls (seq, at, seconds, answered) and
// messages (seq, at). Times are epoch milliseconds.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (a:Number {numberId: row[0]})
UNWIND row[1] AS one
MATCH (b:Number {numberId: one[0]})
CREATE (a)-[:CONTACTED {
  lastAt: datetime.fromEpochMillis(one[8]), events: one[1],
  calls: one[2], answered: one[4], talkSeconds: one[5], longestSeconds: one[6],
  firstAt: datetime.fromEpochMillis(one[7]), messages: one[3], detailed: one[9]
}]->(b)
FOREACH (call IN one[10] |
  CREATE (a)-[:CALLED {seq: call[0], at: datetime.fromEpochMillis(call[1]), seconds: call[2], answered: call[3]}]->(b))
FOREACH (message IN one[11] | CREATE (a)-[:TEXTED {seq: message[0], at: datetime.fromEpochMillis(message[1])}]->(b))
