// Flags that are no longer in force.
// parameters: ids
// columns:
UNWIND $ids AS id
MATCH (f:Flag {flagId: id})
DETACH DELETE f
