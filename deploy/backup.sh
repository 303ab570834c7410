#!/bin/sh
# Backs up the database and the media of the Compose installation into a folder (default: backups), keeping 14 of each.
# Each file gets its name only when it is complete, so that a broken backup never looks like a good one.
set -eu
umask 077
cd "$(dirname "$0")/.."
folder=${1:-backups}
keep=14
name=$folder/bettermeals-$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$folder"
trap 'rm -f "$folder"/*.partial' EXIT

docker compose exec -T postgres pg_dump --username bettermeals --format custom bettermeals > "$name.dump.partial"
mv "$name.dump.partial" "$name.dump"
docker compose exec -T web tar -C /data/media -czf - . > "$name-media.tar.gz.partial"
mv "$name-media.tar.gz.partial" "$name-media.tar.gz"

for kind in .dump -media.tar.gz; do
    # Names begin with their time, so the oldest come last in reverse order.
    ls -1r "$folder"/bettermeals-*"$kind" | tail -n +$((keep + 1)) | while IFS= read -r old; do
        rm -f -- "$old"
    done
done
echo "Wrote $name.dump and $name-media.tar.gz"
