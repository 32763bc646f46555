// Of each number, the sum of the steps of those callers that reached one of its recipients.
// parameters: steps, public, callersAll, callersMost
// columns: number, company
UNWIND $steps AS step
CALL (step) {
  MATCH (s:Number {numberId: step[0]})-[:CONTACTED]->(r)
  WITH s, r, COUNT { (r)<-[:CONTACTED]-() } AS reachedBy
  WHERE reachedBy <= $callersMost AND reachedBy < $callersAll AND NOT r.numberId IN $public
  MATCH (r)<-[:CONTACTED]-(j)
  WHERE j <> s AND NOT j.numberId IN $public
  RETURN DISTINCT j
}
RETURN j.numberId AS number, sum(step[1]) AS company
