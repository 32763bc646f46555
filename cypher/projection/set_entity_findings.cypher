// What the analysis says of entities; a row is entityId and a probability, or a null that takes it away.
// parameters: rows
// columns:
UNWIND $rows AS row
MATCH (e:Entity {entityId: row[0]})
SET e.fraudProbability = row[1]
