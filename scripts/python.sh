#!/bin/sh
# Runs its arguments with the first Python >= 3.11 of this machine: `sh scripts/python.sh scripts/bootstrap.py FILE`.
# Each candidate is executed, not just looked for: pyenv leaves shims on the PATH for versions that do not run.
# PYTHON=/path/to/python names one yourself; it is then taken as it is, so that its own error is the one you see.
set -eu

if [ -n "${PYTHON:-}" ]; then
    if ! command -v "$PYTHON" >/dev/null 2>&1; then
        echo "PYTHON=$PYTHON does not exist here; name a Python 3.11 or newer, or leave PYTHON unset." >&2
        exit 1
    fi
    exec "$PYTHON" "$@"
fi

for candidate in python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        exec "$candidate" "$@"
    fi
done

echo "BetterMeals needs Python 3.11 or newer, and none of python3, python3.13, python3.12, python3.11 here is one." >&2
echo "Debian, Ubuntu: apt-get install python3.11 python3.11-venv   macOS: brew install python@3.13" >&2
echo "Or name one yourself: make run PYTHON=/path/to/python3.12" >&2
exit 1
