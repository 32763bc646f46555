// Newest flags: whom they name, and which network that number works in
// parameters: days, limit
// columns: flag, names, named, membership, network
MATCH (service:Service {only: 0})
WITH service.asOf - duration({days: $days}) AS since
MATCH (flag:Flag)-[names:FLAGS]->(named)
WHERE flag.knownAt >= since
OPTIONAL MATCH (named)-[membership:MEMBER_OF]->(network:Network)
RETURN flag, names, named, membership, network
ORDER BY flag.knownAt DESC
LIMIT $limit
