// What happened between this person and suspects, in order
// parameters: token, limit
// columns: at, what, seconds, suspect, class, flagged, suspectToken
MATCH (person:Number {token: $token})-[event:CALLED|TEXTED]-(suspect:Suspect)
RETURN
  event.at AS at,
  CASE WHEN startNode(event) = person THEN 'person ' ELSE 'suspect ' END + toLower(type(event)) AS what,
  event.seconds AS seconds,
  suspect.masked AS suspect,
  suspect.class AS class,
  suspect:Flagged AS flagged,
  suspect.token AS suspectToken
ORDER BY at
LIMIT $limit
