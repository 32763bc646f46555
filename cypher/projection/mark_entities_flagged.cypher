// Entities on which a flag is in force.
// parameters: ids
// columns:
UNWIND $ids AS id
MATCH (e:Entity {entityId: id})
SET e:Flagged
