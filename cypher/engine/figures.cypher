// What each number did: contacts and events each way, talk, and days with an event in the operator's zone.
// parameters: offsetMs, dayMs
// columns: number, contactsOut, contactsIn, reciprocal, eventsOut, eventsIn, answeredOut, messagesOut, talkSeconds, activeDays
MATCH (n:Number)
WHERE n.selfEvents > 0 OR EXISTS { (n)-[:CONTACTED]-() }
CALL (n) {
  MATCH (n)-[c:CONTACTED]->(m)
  RETURN count(c) AS contactsOut, sum(c.events) AS eventsOut, sum(c.answered) AS answeredOut,
    sum(c.messages) AS messagesOut, sum(c.talkSeconds) AS talkOut,
    count(CASE WHEN EXISTS { (m)-[:CONTACTED]->(n) } THEN 1 END) AS reciprocal
}
CALL (n) {
  MATCH (n)<-[c:CONTACTED]-()
  RETURN count(c) AS contactsIn, sum(c.events) AS eventsIn, sum(c.talkSeconds) AS talkIn
}
CALL (n) {
  MATCH (n)-[e:CALLED|TEXTED]-()
  RETURN count(DISTINCT (e.at.epochMillis + $offsetMs) / $dayMs) AS activeDays
}
RETURN n.numberId AS number, contactsOut, contactsIn, reciprocal, eventsOut, eventsIn, answeredOut, messagesOut,
  talkOut + talkIn AS talkSeconds, activeDays
