// Networks that the graph has.
// parameters:
// columns: networkId
MATCH (n:Network)
WHERE n.networkId >= 0
RETURN n.networkId AS networkId
