// How many single events these numbers sent.
// parameters: ids
// columns: events
UNWIND $ids AS id
MATCH (n:Number {numberId: id})
RETURN sum(COUNT { (n)-[:CALLED]->() } + COUNT { (n)-[:TEXTED]->() }) AS events
