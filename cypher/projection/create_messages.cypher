// Messages one by one; a row is a, b, seq, at (epoch milliseconds).
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (a:Number {numberId: row[0]})
MATCH (b:Number {numberId: row[1]})
CREATE (a)-[:TEXTED {seq: row[2], at: datetime.fromEpochMillis(row[3])}]->(b)
