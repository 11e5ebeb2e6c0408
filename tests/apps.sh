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
# and frameworks that only tests/install needs: folders, linked into environments beside the wheel
frameworks="${SESSION_INSPECTOR_FRAMEWORKS:-${XDG_CACHE_HOME:-$HOME/.cache}/session-inspector/frameworks}"
if ! cmp -s "$here/install/frameworks.txt" "$frameworks/installed.txt"; then
  rm -rf "$frameworks"
  python3 -m pip install --quiet --target "$frameworks" -r "$here/install/frameworks.txt"
  cp "$here/install/frameworks.txt" "$frameworks/installed.txt"
fi
