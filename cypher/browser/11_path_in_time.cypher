// Shortest paths in time from a flagged number to this person, around hubs
// parameters: token, days
// columns: path, hops, began, arrived
MATCH (service:Service {only: 0})
WITH service.asOf - duration({days: $days}) AS since
MATCH (person:Number {token: $token})
CALL (person, since) {
  MATCH (flagged:Flagged)-[event:CALLED|TEXTED]->(person)
  WHERE event.at >= since
  WITH person, flagged, event
  ORDER BY event.at
  WITH person, flagged, collect(event)[0] AS event
  MATCH path = (flagged)-[event]->(person)
  RETURN path, [event] AS events
  UNION
  // Of each number the last event that is in time: whoever reached it before then is in time too.
  MATCH (person)<-[event:CALLED|TEXTED]-(via:Number&!Hub)
  WHERE event.at >= since
  WITH person, since, via, event
  ORDER BY event.at DESC
  WITH person, since, via, collect(event)[0] AS last
  MATCH (via)<-[event:CALLED|TEXTED]-(before:Number)
  WHERE before <> person AND event.at >= since AND event.at + duration({seconds: coalesce(event.seconds, 0)}) <= last.at
  WITH person, since, via, last, before, event
  ORDER BY event.at DESC
  WITH person, since, via, last, before, collect(event)[0] AS middle
  CALL (person, since, via, last, before, middle) {
    MATCH path = (before:Flagged)-[middle]->(via)-[last]->(person)
    RETURN path, [middle, last] AS events
    UNION
    MATCH (before:!Hub)<-[event:CALLED|TEXTED]-(flagged:Flagged)
    WHERE
      NOT before:Flagged AND flagged <> via AND flagged <> person AND event.at >= since
      AND event.at + duration({seconds: coalesce(event.seconds, 0)}) <= middle.at
    WITH person, via, last, before, middle, flagged, event
    ORDER BY event.at DESC
    WITH person, via, last, before, middle, flagged, collect(event)[0] AS first
    MATCH path = (flagged)-[first]->(before)-[middle]->(via)-[last]->(person)
    RETURN path, [first, middle, last] AS events
  }
  RETURN path, events
}
RETURN path, length(path) AS hops, events[0].at AS began, events[-1].at AS arrived
ORDER BY hops, arrived
LIMIT 20
