// Contacts between numbers that had none; a row is a, b, the counts and times, and whether events lie beneath.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (a:Number {numberId: row[0]})
MATCH (b:Number {numberId: row[1]})
CREATE (a)-[:CONTACTED {
  events: row[2], calls: row[3], messages: row[4], answered: row[5], talkSeconds: row[6], longestSeconds: row[7],
  firstAt: row[8], lastAt: row[9], detailed: row[10]
}]->(b)
