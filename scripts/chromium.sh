#!/bin/sh
# The browser tests drive the system's Chromium: found, installed on Debian or Ubuntu when we are root, or asked for.
set -eu

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing chromium for the browser tests."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    exec apt-get install -y -qq --no-install-recommends chromium
fi
echo "The browser tests need Chromium. Debian, Ubuntu: apt-get install chromium" >&2
exit 1
