// Cases that nothing names any more.
// parameters: ids
// columns:
UNWIND $ids AS id
MATCH (c:Case {caseId: id})
DETACH DELETE c
