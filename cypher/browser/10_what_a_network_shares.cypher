// Devices, holders and accounts that two or more members of a network use
// parameters: reference, limit
// columns: kind, numbers, suspicion, shared
MATCH (:Network {reference: $reference})<-[:MEMBER_OF]-(member:Number)
MATCH (member)-[:USED_DEVICE|HAS_DEVICE|HELD_BY|USES_ACCOUNT|USES_SOCIAL_ACCOUNT|USES_URL]->(shared:Entity)
WITH shared, count(DISTINCT member) AS numbers
WHERE numbers > 1
RETURN
  [label IN labels(shared) WHERE NOT label IN ['Entity', 'Flagged']][0] AS kind,
  numbers,
  shared.fraudProbability AS suspicion,
  shared
ORDER BY numbers DESC, shared.entityId
LIMIT $limit
