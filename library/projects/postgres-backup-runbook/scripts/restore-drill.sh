#!/usr/bin/env bash
# Restores the newest copy into a scratch database, asks it for a proof, and drops it. On another server than the one that is backed up.
. "$(dirname "$0")/common.sh"

: "${DRILL_PGHOST:?DRILL_PGHOST is not set: the server to restore on}"
[ "$DRILL_PGHOST" != "${PGHOST:-}" ] || fail drill "DRILL_PGHOST is the server that is backed up"
export PGHOST="$DRILL_PGHOST"

copy=$(newest)
[ -n "$copy" ] || fail drill "there is no copy in $BACKUP_DIR"
(cd "$BACKUP_DIR" && sha256sum --check --status "$(basename "$copy").sha256") || fail drill "the check sum of $copy does not fit"

began=$(date +%s)
scratch="drill_$(date -u +%Y%m%d%H%M%S)_$$"
work=$(mktemp -d)
finish() {
  dropdb --if-exists --force --no-password "$scratch" || true
  rm -rf "$work"
}
trap finish EXIT

createdb --no-password "$scratch" || fail drill "createdb failed"
${% if variables.encrypt -%}
age --decrypt --identity "${AGE_IDENTITY:?AGE_IDENTITY is not set}" "$copy" > "$work/copy.dump" || fail drill "the copy cannot be decrypted"
${%- else -%}
cp "$copy" "$work/copy.dump"
${%- endif %}
# A file, not a pipe: only then several jobs can read it.
pg_restore --dbname="$scratch" --jobs=4 --no-owner --no-privileges --exit-on-error --no-password "$work/copy.dump" || fail drill "pg_restore failed"

answer=$(psql --no-password --no-psqlrc --tuples-only --no-align --dbname="$scratch" --command="${{ variables.proofQuery }}") || fail drill "the proof cannot be asked"
[ "$answer" = t ] || fail drill "the proof answered '$answer', not t"
echo "drill=ok file=$(basename "$copy") restore_seconds=$(($(date +%s) - began))"
