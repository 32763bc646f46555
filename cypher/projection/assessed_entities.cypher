// Entities that the analysis shown speaks of.
// parameters:
// columns: entityId, fraudProbability
MATCH (e:Entity)
WHERE e.fraudProbability >= 0
RETURN e.entityId AS entityId, e.fraudProbability AS fraudProbability
