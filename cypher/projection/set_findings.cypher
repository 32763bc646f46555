// What the analysis says of numbers; a row is numberId, labels, and properties of which a null takes away.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (n:Number {numberId: row[0]})
REMOVE n:Candidate:Suspect:Hub:Exposed
SET n:$(row[1])
SET n += row[2]
