// Holders whose numbers are suspect, most numbers first
// parameters: limit
// columns: holder, suspects, numbers
MATCH (suspect:Candidate)-[:HELD_BY]->(holder:Holder)
WHERE suspect.fraudProbability >= 0.5
WITH holder, count(DISTINCT suspect) AS suspects
ORDER BY suspects DESC, holder.entityId
LIMIT $limit
RETURN holder, suspects, COUNT { (holder)<-[:HELD_BY]-(:Number) } AS numbers
ORDER BY suspects DESC, holder.entityId
LIMIT $limit
