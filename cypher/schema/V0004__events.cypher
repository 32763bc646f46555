// When events happened.
CREATE INDEX called_at IF NOT EXISTS FOR ()-[c:CALLED]-() ON (c.at);
CREATE INDEX texted_at IF NOT EXISTS FOR ()-[t:TEXTED]-() ON (t.at);
