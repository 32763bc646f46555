// Numbers that reached the same people as this one
// parameters: token, limit
// columns: other, class, suspicion, peopleInCommon, token
MATCH (number:Number {token: $token})-[:CONTACTED]->(person:Exposed)
WITH number, person
ORDER BY person.lastExposedAt DESC
LIMIT 200
MATCH (person)<-[:CONTACTED]-(other:Candidate)
WHERE other <> number
RETURN
  other.masked AS other,
  other.class AS class,
  round(other.fraudProbability, 2) AS suspicion,
  count(DISTINCT person) AS peopleInCommon,
  other.token AS token
ORDER BY peopleInCommon DESC, suspicion DESC
LIMIT $limit
