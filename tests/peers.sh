#!/usr/bin/env bash
# Installs what the peers of tests/peers run on, once, into the user's cache: a Python environment,
# oauth2-proxy (needs go), Keycloak and navikt's mock-oauth2-server (need java 17 and mvn).
# The npm packages are in tests/package.json; apache2 with mod_auth_openidc is Debian's.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)/peers"
cache="${SESSION_INSPECTOR_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/session-inspector/peers}"
mkdir -p "$cache"

install_python() {
  if cmp -s "$here/requirements.txt" "$cache/venv/installed.txt"; then return; fi
  rm -rf "$cache/venv"
  python3 -m venv "$cache/venv"
  "$cache/venv/bin/python" -m pip install --quiet -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$cache/venv/installed.txt"
}

install_oauth2_proxy() {
  if [ -x "$cache/oauth2-proxy" ]; then return; fi
  (cd / && GOBIN="$cache" CGO_ENABLED=0 go install github.com/oauth2-proxy/oauth2-proxy/v7@v7.15.6)
}

install_mock_oauth2_server() {
  if [ -e "$cache/mock-oauth2-server" ]; then return; fi
  work="$(mktemp -d)"
  cp "$here/sources/mock_oauth2_server/pom.xml" "$work"
  mvn -q -B -f "$work/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/lib"
  mv "$work/lib" "$cache/mock-oauth2-server"
  rm -rf "$work"
}

# its tables and the realm of the tests are made here: that takes longer than a start
install_keycloak() {
  if cmp -s "$here/sources/keycloak/realm.json" "$cache/keycloak/realm.json"; then return; fi
  rm -rf "$cache/keycloak"
  work="$(mktemp -d)"
  cp "$here/sources/keycloak/pom.xml" "$work"
  mvn -q -B -f "$work/pom.xml" dependency:unpack-dependencies -DoutputDirectory="$work/unpacked"
  mv "$work"/unpacked/keycloak-* "$work/keycloak"
  chmod +x "$work/keycloak/bin/kc.sh"
  unused="--features-disabled=admin,admin-api,account,device-flow,par,ciba"
  "$work/keycloak/bin/kc.sh" build --db=dev-file "$unused" >/dev/null
  "$work/keycloak/bin/kc.sh" import --optimized --file "$here/sources/keycloak/realm.json" >/dev/null
  cp "$here/sources/keycloak/realm.json" "$work/keycloak/realm.json"
  mv "$work/keycloak" "$cache/keycloak"
  rm -rf "$work"
}

install_python
install_oauth2_proxy &
compiling=$!
install_mock_oauth2_server
install_keycloak
wait "$compiling"
