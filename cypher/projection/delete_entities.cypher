// Entities that nobody names any more.
// parameters: ids
// columns:
UNWIND $ids AS id
MATCH (e:Entity {entityId: id})
DETACH DELETE e
