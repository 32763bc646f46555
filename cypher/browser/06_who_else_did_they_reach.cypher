// Who else did the suspects reach who reached this number?
// parameters: token, limit
// columns: number, first, caller, then, other
MATCH (number:Number {token: $token})<-[first:CONTACTED]-(caller:Suspect)
WITH number, first, caller
ORDER BY caller.fraudProbability DESC
LIMIT 5
CALL (number, caller) {
  MATCH (caller)-[then:CONTACTED]->(other:Number)
  WHERE other <> number
  RETURN then, other
  ORDER BY then.talkSeconds DESC, then.lastAt DESC
  LIMIT 20
}
RETURN number, first, caller, then, other
ORDER BY caller.fraudProbability DESC, then.talkSeconds DESC
LIMIT $limit
