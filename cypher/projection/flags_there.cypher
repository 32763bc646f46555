// Flags that the graph has.
// parameters:
// columns: flagId
MATCH (f:Flag)
WHERE f.flagId >= 0
RETURN f.flagId AS flagId
