// People whom a network handed from a caller to a handler
// parameters: reference, limit
// columns: person, firstCalledAt, handedOverAt, talkMinutes, token
MATCH (network:Network {reference: $reference})<-[:MEMBER_OF {role: 'caller'}]-(caller:Number)
MATCH (caller)-[first:CONTACTED]->(person:Exposed)
WITH network, person, min(first.firstAt) AS firstCalledAt
MATCH (person)-[then:CONTACTED]-(handler:Number)-[:MEMBER_OF {role: 'handler'}]->(network)
WHERE then.lastAt >= firstCalledAt
RETURN
  person.masked AS person,
  firstCalledAt,
  min(then.firstAt) AS handedOverAt,
  sum(then.talkSeconds) / 60 AS talkMinutes,
  person.token AS token
ORDER BY talkMinutes DESC
LIMIT $limit
