#!/usr/bin/env bash
# A database for each service, owned by an account of its own that may enter no other. Run once, by the image of
# PostgreSQL, on an empty volume. The passwords come by the environment: MEMBERS_PASSWORD and so on.
set -euo pipefail
for service in members tasks feedback; do
  variable="${service^^}_PASSWORD"
  : "${!variable:?give the account of $service a password}"
  psql -v ON_ERROR_STOP=1 -v service="$service" --no-psqlrc --quiet \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<SQL
\getenv password $variable
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service" ENCODING 'UTF8' TEMPLATE template0;
REVOKE CONNECT, TEMPORARY ON DATABASE :"service" FROM PUBLIC;
SQL
done
