#!/usr/bin/env bash
# Deletes copies that no rule keeps. The newest one of a day, week or month stands for it; the newest of all always stays.
. "$(dirname "$0")/common.sh"

dry_run=no
[ "${1:-}" = --dry-run ] && dry_run=yes
now=${NOW:-$(date -u +%s)}

declare -A kept
count_kept=0 count_deleted=0

# Newest first: the first copy that is seen of a period is its newest.
while read -r sum; do
  file=${sum%.sha256}
  name=${file##*/}
  [[ "$name" =~ -([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z\. ]] || fail prune "the name of $file has no date"
  part=("${BASH_REMATCH[@]}")
  read -r at day week month < <(date -u -d "${part[1]}-${part[2]}-${part[3]} ${part[4]}:${part[5]}:${part[6]}" +'%s %Y%m%d %G%V %Y%m') || fail prune "the name of $file has no date"
  days=$(((now - at) / 86400))
  keep=no
  [ "$count_kept" -eq 0 ] && keep=yes
  for rule in "day-$day ${{ variables.keepDaily }}" "week-$week $((${{ variables.keepWeekly }} * 7))" "month-$month $((${{ variables.keepMonthly }} * 31))"; do
    period=${rule% *}
    if [ "$days" -lt "${rule##* }" ] && [ -z "${kept[$period]:-}" ]; then
      kept[$period]=1
      keep=yes
    fi
  done
  if [ "$keep" = yes ]; then
    count_kept=$((count_kept + 1))
  else
    count_deleted=$((count_deleted + 1))
    if [ "$dry_run" = yes ]; then echo "would delete $name"; else rm -f -- "$file" "$sum"; fi
  fi
done < <(find "$BACKUP_DIR" -maxdepth 1 -name '${{ variables.database }}-*.sha256' | sort -r)

echo "prune=ok kept=$count_kept deleted=$count_deleted dry_run=$dry_run"
