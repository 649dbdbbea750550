#!/usr/bin/env bash
# Makes one copy. It has its name only when it is whole: what breaks off leaves a .part, which the next run removes.
. "$(dirname "$0")/common.sh"

mkdir -p "$BACKUP_DIR"
exec 9>"$BACKUP_DIR/.lock"
flock -n 9 || fail backup "another backup is running"
rm -f "$BACKUP_DIR"/*.part

began=$(date +%s)
name="${{ variables.database }}-$(date -u +%Y%m%dT%H%M%SZ).dump${% if variables.encrypt %}.age${% endif %}"
part="$BACKUP_DIR/$name.part"

${% if variables.encrypt -%}
[ -s "${AGE_RECIPIENTS:-}" ] || fail backup "AGE_RECIPIENTS names no file with keys"
pg_dump --format=custom --compress=zstd:3 --lock-wait-timeout=60s --no-password "${{ variables.database }}" | age --encrypt --recipients-file "$AGE_RECIPIENTS" > "$part" || fail backup "pg_dump or age failed"
${%- else -%}
pg_dump --format=custom --compress=zstd:3 --lock-wait-timeout=60s --no-password "${{ variables.database }}" > "$part" || fail backup "pg_dump failed"
# A dump that breaks off cannot list its contents.
pg_restore --list "$part" > /dev/null || fail backup "the dump cannot be read"
${%- endif %}

bytes=$(wc -c < "$part" | tr -d ' ')
[ "$bytes" -gt 0 ] || fail backup "the copy is empty"
previous=$(newest)
sync "$part"
mv "$part" "$BACKUP_DIR/$name"
(cd "$BACKUP_DIR" && sha256sum "$name" > "$name.sha256")

shrunk=no
if [ -n "$previous" ] && [ "$bytes" -lt $(($(wc -c < "$previous") * 8 / 10)) ]; then shrunk=yes; fi
echo "backup=ok file=$name bytes=$bytes seconds=$(($(date +%s) - began)) shrunk=$shrunk"
