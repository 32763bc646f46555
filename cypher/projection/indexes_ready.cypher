// How far indexes of nodes are that are still being filled: what questions start from. Those of events fill on their own.
// parameters:
// columns: name, state, percent
SHOW INDEXES YIELD name, state, populationPercent, entityType
WHERE state <> 'ONLINE' AND entityType = 'NODE'
RETURN name, state, populationPercent AS percent
