// Reported losses among the people whom a network reached
// parameters: reference, limit
// columns: person, report, loss
MATCH (:Network {reference: $reference})<-[:EXPOSED_TO]-(person:Exposed)-[report:REPORTED]->(loss:Case)
RETURN person, report, loss
ORDER BY loss.lostAt DESC
LIMIT $limit
