// All that passed between a number and some others, each way.
// parameters: number, others
// columns: other, sent, events, calls, messages, answered, talkSeconds, firstAt, lastAt
MATCH (n:Number {numberId: $number})
UNWIND $others AS other
MATCH (m:Number {numberId: other})
MATCH (n)-[c:CONTACTED]-(m)
RETURN other, startNode(c) = n AS sent, c.events AS events, c.calls AS calls, c.messages AS messages,
  c.answered AS answered, c.talkSeconds AS talkSeconds, c.firstAt.epochMillis AS firstAt, c.lastAt.epochMillis AS lastAt
