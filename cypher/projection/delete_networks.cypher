// Networks that are no more.
// parameters: ids
// columns:
UNWIND $ids AS id
MATCH (n:Network {networkId: id})
DETACH DELETE n
