# Sourced by the others: strict mode, settings, and one way to fail.
set -euo pipefail
umask 077

env_file="${BACKUP_ENV:-/etc/${{ variables.database }}-backup.env}"
if [ -r "$env_file" ]; then set -a; . "$env_file"; set +a; fi
: "${BACKUP_DIR:?BACKUP_DIR is not set: fill in $env_file}"

fail() {
  echo "$1=failed reason=\"$2\"" >&2
  exit 1
}

# The newest whole copy; one whose check sum is not written yet is still being made.
newest() {
  find "$BACKUP_DIR" -maxdepth 1 -name '${{ variables.database }}-*.sha256' | sort | tail -n 1 | sed 's/\.sha256$//'
}
