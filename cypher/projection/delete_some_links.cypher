// Some of the links, to be made anew.
// parameters: limit
// columns: deleted
MATCH (:Entity)<-[r:HAS_DEVICE|HELD_BY|USES_ACCOUNT|USES_SOCIAL_ACCOUNT|USES_URL|OWNS]-()
WITH r
LIMIT $limit
DELETE r
RETURN count(*) AS deleted
