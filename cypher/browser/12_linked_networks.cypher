// Networks that are linked, and through what
// parameters: reference, limit
// columns: network, link, other
MATCH (network:Network {reference: $reference})-[link:LINKED_TO]-(other:Network)
RETURN network, link, other
ORDER BY link.strength DESC
LIMIT $limit
