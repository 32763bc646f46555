// Every contact, and how many events it has.
// parameters:
// columns: one, other, events
MATCH (a:Number)-[c:CONTACTED]->(b:Number)
RETURN a.numberId AS one, b.numberId AS other, c.events AS events
