// People exposed in the last days, by grade
// parameters: days
// columns: grade, people, likelyLosses, newestContact
MATCH (service:Service {only: 0})
WITH service.asOf - duration({days: $days}) AS since
MATCH (person:Exposed)
WHERE person.grade IN ['high', 'medium', 'low'] AND person.lastExposedAt >= since
RETURN
  person.grade AS grade,
  count(*) AS people,
  round(sum(person.probability), 1) AS likelyLosses,
  max(person.lastExposedAt) AS newestContact
ORDER BY CASE grade WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END
LIMIT 3
