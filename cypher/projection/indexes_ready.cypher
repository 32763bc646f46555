// How far indexes are that are still being filled.
// parameters:
// columns: name, state, percent
SHOW INDEXES YIELD name, state, populationPercent
WHERE state <> 'ONLINE'
RETURN name, state, populationPercent AS percent
