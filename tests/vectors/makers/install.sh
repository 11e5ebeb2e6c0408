#!/usr/bin/env bash
# Installs the Python frameworks that open what `reseal` writes, once, into a venv in the user's cache.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
venv="${SESSION_INSPECTOR_MAKERS:-${XDG_CACHE_HOME:-$HOME/.cache}/session-inspector/makers}"
if ! cmp -s "$here/python/requirements.txt" "$venv/installed.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet -r "$here/python/requirements.txt"
  cp "$here/python/requirements.txt" "$venv/installed.txt"
fi
