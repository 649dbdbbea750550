#!/usr/bin/env bash
# backup.sh FOLDER: a copy of the database that is there only when it is whole; those older than 14 days are deleted.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 077

folder="${1:?usage: scripts/backup.sh FOLDER}"
mkdir -p "$folder"
file="$folder/app-$(date -u +%Y%m%dT%H%M%SZ).dump"
trap 'rm -f "$file.part"' EXIT
docker compose exec -T postgres pg_dump --username=app --format=custom app > "$file.part"
docker compose exec -T postgres pg_restore --list < "$file.part" > /dev/null
mv "$file.part" "$file"
find "$folder" -name 'app-*.dump' -mtime +14 -delete
echo "backup=ok file=$file bytes=$(wc -c < "$file" | tr -d ' ')"
