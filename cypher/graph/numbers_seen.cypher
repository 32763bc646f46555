// Of these numbers those that took part in an event, and how many contacts start or end at each.
// parameters: ids
// columns: number, contacts
UNWIND $ids AS id
MATCH (n:Number {numberId: id})
WITH n, COUNT { (n)-[:CONTACTED]->() } + COUNT { (n)<-[:CONTACTED]-() } AS contacts
WHERE contacts > 0 OR n.selfEvents > 0
RETURN n.numberId AS number, contacts
ORDER BY number
