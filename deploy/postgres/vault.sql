-- Run once by the PostgreSQL of docker-compose.yml, at its first start. The catalogue's database is there already.
CREATE DATABASE graphsvc_vault OWNER graphsvc ENCODING 'UTF8';
