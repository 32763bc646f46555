// Where people are at risk now: regions by grade
// parameters: limit
// columns: region, high, medium, likelyLosses
MATCH (person:Exposed)
WHERE person.grade IN ['high', 'medium']
RETURN
  coalesce(person.region, 'unknown') AS region,
  count(CASE person.grade WHEN 'high' THEN 1 END) AS high,
  count(CASE person.grade WHEN 'medium' THEN 1 END) AS medium,
  round(sum(person.probability), 1) AS likelyLosses
ORDER BY likelyLosses DESC, region
LIMIT $limit
