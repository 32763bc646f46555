// Numbers and entities that are marked as flagged.
// parameters:
// columns: numberId, entityId
MATCH (x:Flagged)
RETURN x.numberId AS numberId, x.entityId AS entityId
