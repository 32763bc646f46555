// What a number did, and with whom most: its traffic each way, its busiest acquaintances, and the latest.
// A contact's properties are fetched at once: one by one, each would be looked for along the chain again.
// parameters: number, limit
// columns: selfEvents, acquaintances, sent, received, top, latest
MATCH (n:Number {numberId: $number})
CALL (n) {
  MATCH (n)-[r:CONTACTED]->()
  WITH properties(r) AS c
  RETURN {
    contacts: count(c), events: sum(c.events), calls: sum(c.calls), messages: sum(c.messages),
    answered: sum(c.answered), talkSeconds: sum(c.talkSeconds),
    firstAt: min(c.firstAt).epochMillis, lastAt: max(c.lastAt).epochMillis
  } AS sent
}
CALL (n) {
  MATCH (n)<-[r:CONTACTED]-()
  WITH properties(r) AS c
  RETURN {
    contacts: count(c), events: sum(c.events), calls: sum(c.calls), messages: sum(c.messages),
    answered: sum(c.answered), talkSeconds: sum(c.talkSeconds),
    firstAt: min(c.firstAt).epochMillis, lastAt: max(c.lastAt).epochMillis
  } AS received
}
CALL (n) {
  MATCH (n)-[:CONTACTED]-(m)
  RETURN count(DISTINCT m) AS acquaintances
}
CALL (n) {
  MATCH (n)-[c:CONTACTED]-(m)
  WITH m, sum(c.events) AS events
  ORDER BY events DESC, m.numberId
  LIMIT $limit
  RETURN collect(m.numberId) AS top
}
CALL (n) {
  MATCH (n)-[c:CONTACTED]-(m)
  WITH m, max(c.lastAt.epochMillis) AS met
  ORDER BY met DESC, m.numberId
  LIMIT $limit
  RETURN collect(m.numberId) AS latest
}
RETURN coalesce(n.selfEvents, 0) AS selfEvents, acquaintances, sent, received, top, latest
