// How much the graph holds: contacts, their events, who calls, and from when to when.
// parameters:
// columns: contacts, events, callers, firstAt, lastAt
CALL () {
  MATCH ()-[c:CONTACTED]->()
  RETURN count(c) AS contacts, sum(c.events) AS events,
    min(c.firstAt).epochMillis AS firstAt, max(c.lastAt).epochMillis AS lastAt
}
CALL () {
  MATCH (n:Number)
  WHERE EXISTS { (n)-[:CONTACTED]->() }
  RETURN count(n) AS callers
}
RETURN contacts, events, callers, firstAt, lastAt
