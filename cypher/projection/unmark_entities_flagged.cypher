// Entities on which no flag is in force any more.
// parameters: ids
// columns:
UNWIND $ids AS id
MATCH (e:Entity {entityId: id})
REMOVE e:Flagged
