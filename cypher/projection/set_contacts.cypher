// What contacts count, told anew; rows as for create_contacts, without the last.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (a:Number {numberId: row[0]})
MATCH (b:Number {numberId: row[1]})
MATCH (a)-[r:CONTACTED]->(b)
SET
  r.events = row[2], r.calls = row[3], r.messages = row[4], r.answered = row[5], r.talkSeconds = row[6],
  r.longestSeconds = row[7], r.firstAt = row[8], r.lastAt = row[9]
