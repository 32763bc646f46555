// How many contacts start or end at these numbers together.
// parameters: ids
// columns: contacts
UNWIND $ids AS id
MATCH (n:Number {numberId: id})
RETURN sum(COUNT { (n)-[:CONTACTED]->() } + COUNT { (n)<-[:CONTACTED]-() }) AS contacts
