// Who will probably lose money next, and through which network
// parameters: limit
// columns: rank, number, probability, stage, grade, actBefore, network, token
MATCH (person:Exposed)
WHERE person.rank <= $limit
OPTIONAL MATCH (person)-[:EXPOSED_TO]->(network:Network)
RETURN
  person.rank AS rank,
  person.masked AS number,
  round(person.probability, 3) AS probability,
  person.stage AS stage,
  person.grade AS grade,
  person.deadlineAt AS actBefore,
  network.reference AS network,
  person.token AS token
ORDER BY rank
LIMIT $limit
