#!/usr/bin/env bash
# Installs what the Python sample apps of tests/apps run on, once, into a venv in the user's cache.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
venv="${SESSION_INSPECTOR_APPS:-${XDG_CACHE_HOME:-$HOME/.cache}/session-inspector/apps}"
if ! cmp -s "$here/apps/requirements.txt" "$venv/installed.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet -r "$here/apps/requirements.txt"
  cp "$here/apps/requirements.txt" "$venv/installed.txt"
fi
