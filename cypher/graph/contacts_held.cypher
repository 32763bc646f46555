// How many contacts the graph has.
// parameters:
// columns: contacts
MATCH ()-[c:CONTACTED]->()
RETURN count(c) AS contacts
