// All that links networks.
// parameters:
// columns:
MATCH (n:Network)
WHERE n.networkId >= 0
MATCH (n)-[r:LINKED_TO]->()
DELETE r
