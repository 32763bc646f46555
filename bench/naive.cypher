// The graph kept up without thinking much: each batch that was accepted is merged in a transaction, event by event. See `python -m bench.projection`.
UNWIND $rows AS row
MERGE (a:Number {numberId: row.a})
ON CREATE SET a.token = row.aToken, a.kind = row.aKind, a.masked = row.aMasked
MERGE (b:Number {numberId: row.b})
ON CREATE SET b.token = row.bToken, b.kind = row.bKind, b.masked = row.bMasked
MERGE (a)-[r:CONTACTED]->(b)
ON CREATE SET
  r.events = 1, r.calls = row.calls, r.messages = row.messages, r.answered = row.answered, r.talkSeconds = row.talk,
  r.longestSeconds = row.talk, r.firstAt = row.at, r.lastAt = row.at
ON MATCH SET
  r.events = r.events + 1, r.calls = r.calls + row.calls, r.messages = r.messages + row.messages,
  r.answered = r.answered + row.answered, r.talkSeconds = r.talkSeconds + row.talk,
  r.longestSeconds = CASE WHEN row.talk > r.longestSeconds THEN row.talk ELSE r.longestSeconds END,
  r.firstAt = CASE WHEN row.at < r.firstAt THEN row.at ELSE r.firstAt END,
  r.lastAt = CASE WHEN row.at > r.lastAt THEN row.at ELSE r.lastAt END
WITH row, a, b, r, $everything OR a:Detailed OR b:Detailed AS single
FOREACH (_ IN CASE WHEN single THEN [1] ELSE [] END | SET r.detailed = true)
FOREACH (_ IN CASE WHEN single AND row.calls = 1 THEN [1] ELSE [] END |
  MERGE (a)-[e:CALLED {seq: row.seq}]->(b) SET e.at = row.at, e.seconds = row.seconds, e.answered = row.taken)
FOREACH (_ IN CASE WHEN single AND row.calls = 0 THEN [1] ELSE [] END |
  MERGE (a)-[e:TEXTED {seq: row.seq}]->(b) SET e.at = row.at)
FOREACH (id IN CASE WHEN row.device IS NULL THEN [] ELSE [row.device] END |
  MERGE (d:Entity {entityId: id})
  ON CREATE SET d:Device, d.token = row.deviceToken
  MERGE (a)-[u:USED_DEVICE]->(d)
  ON CREATE SET u.events = 1, u.firstAt = row.at, u.lastAt = row.at
  ON MATCH SET u.events = u.events + 1,
    u.firstAt = CASE WHEN row.at < u.firstAt THEN row.at ELSE u.firstAt END,
    u.lastAt = CASE WHEN row.at > u.lastAt THEN row.at ELSE u.lastAt END)
