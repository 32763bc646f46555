// Most suspect numbers that nobody has flagged yet
// parameters: limit
// columns: number, class, suspicion, network, peopleReached, token
MATCH (suspect:Candidate)
WHERE suspect.fraudProbability >= 0.5 AND suspect:Suspect AND NOT suspect:Flagged
WITH suspect
ORDER BY suspect.fraudProbability DESC
LIMIT $limit
OPTIONAL MATCH (suspect)-[:MEMBER_OF]->(network:Network)
RETURN
  suspect.masked AS number,
  suspect.class AS class,
  round(suspect.fraudProbability, 3) AS suspicion,
  network.reference AS network,
  COUNT { (suspect)-[:CONTACTED]->(:Exposed) } AS peopleReached,
  suspect.token AS token
ORDER BY suspicion DESC
LIMIT $limit
