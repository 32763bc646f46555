// Calls one by one; a row is a, b, seq, at (epoch milliseconds), seconds, answered.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (a:Number {numberId: row[0]})
MATCH (b:Number {numberId: row[1]})
CREATE (a)-[:CALLED {seq: row[2], at: datetime.fromEpochMillis(row[3]), seconds: row[4], answered: row[5]}]->(b)
