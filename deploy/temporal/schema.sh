#!/bin/sh
# Creates Temporal's two databases, or brings their tables to the version of this image; may run again at any time.
set -eu

for database in temporal temporal_visibility; do
  tool="temporal-sql-tool --plugin postgres12 --ep postgres -p 5432 -u temporal --db $database"
  case $database in
    temporal) versions=/etc/temporal/schema/postgresql/v12/temporal/versioned ;;
    temporal_visibility) versions=/etc/temporal/schema/postgresql/v12/visibility/versioned ;;
  esac
  $tool create
  $tool setup-schema -v 0.0 || echo "The tables of $database exist already."
  $tool update-schema -d "$versions"
done
