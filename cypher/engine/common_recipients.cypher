// Callers who reached the same numbers as some callers: how many, and the count discounted for popular and far ones.
// parameters: callers, public, callersAll, callersMost, scale, nearMs, farWeight, least
// columns: one, other, common, worth
UNWIND $callers AS one
CALL (one) {
  MATCH (s:Number {numberId: one})-[c:CONTACTED]->(r)
  WITH s, c, r, COUNT { (r)<-[:CONTACTED]-() } AS reachedBy
  WHERE reachedBy <= $callersMost AND NOT r.numberId IN $public
  WITH s, c, r, log(toFloat($callersAll) / reachedBy) / $scale AS weight
  WHERE weight > 0
  WITH s, r, CASE WHEN weight > 1 THEN 1.0 ELSE weight END AS weight,
    c.firstAt.epochMillis AS firstAt, c.lastAt.epochMillis AS lastAt
  MATCH (r)<-[k:CONTACTED]-(j)
  WHERE j <> s AND NOT j.numberId IN $public
  WITH j, weight,
    CASE WHEN k.firstAt.epochMillis > firstAt THEN k.firstAt.epochMillis ELSE firstAt END AS later,
    CASE WHEN k.lastAt.epochMillis < lastAt THEN k.lastAt.epochMillis ELSE lastAt END AS earlier
  WITH j, count(*) AS common,
    sum(CASE WHEN later - earlier <= $nearMs THEN weight ELSE weight * $farWeight END) AS worth
  WHERE common >= $least
  RETURN j.numberId AS other, common, worth
}
RETURN one, other, common, worth
