// Keys of the book-keeping and of numbers.
CREATE CONSTRAINT migration_version IF NOT EXISTS FOR (m:Migration) REQUIRE m.version IS UNIQUE;
CREATE CONSTRAINT service_only IF NOT EXISTS FOR (s:Service) REQUIRE s.only IS UNIQUE;
CREATE CONSTRAINT number_id IF NOT EXISTS FOR (n:Number) REQUIRE n.numberId IS UNIQUE;
CREATE CONSTRAINT number_token IF NOT EXISTS FOR (n:Number) REQUIRE n.token IS UNIQUE;
