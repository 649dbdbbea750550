#!/usr/bin/env bash
# deploy.sh TAG: runs another version, and the one before when that does not become healthy.
set -euo pipefail
cd "$(dirname "$0")/.."

tag="${1:?usage: scripts/deploy.sh TAG}"
[[ "$tag" =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || { echo "deploy: $tag is no tag" >&2; exit 2; }
exec 9> .deploy.lock
flock -n 9 || { echo "deploy: another deployment is running" >&2; exit 3; }

before=$(sed -n 's/^TAG=//p' .env)
use() { sed -i "s/^TAG=.*/TAG=$1/" .env; }
start() { docker compose up --detach --wait --wait-timeout 120 --remove-orphans; }

use "$tag"
# First fetched, so that the pause is as short as the start.
if docker compose pull --quiet app && scripts/backup.sh "${BACKUP_DIR:-/var/backups/${{ variables.projectName | slugify }}}" && start; then
  echo "deploy=ok tag=$tag before=$before"
  exit 0
fi
docker compose logs --tail 50 app >&2 || true
use "$before"
if start; then
  echo "deploy=undone tag=$tag running=$before" >&2
else
  echo "deploy=broken tag=$tag before=$before: neither becomes healthy" >&2
fi
exit 1
