// People who called a network's numbers themselves
// parameters: reference, limit
// columns: person, contact, member
MATCH (:Network {reference: $reference})<-[:MEMBER_OF]-(member:Number)<-[contact:CONTACTED]-(person:Exposed)
WHERE contact.calls > 0
RETURN person, contact, member
ORDER BY contact.talkSeconds DESC
LIMIT $limit
