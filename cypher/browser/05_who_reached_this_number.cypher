// Who reached this number?
// parameters: token, limit
// columns: caller, contact, number
MATCH (number:Number {token: $token})<-[contact:CONTACTED]-(caller:Number)
RETURN caller, contact, number
ORDER BY contact.lastAt DESC
LIMIT $limit
