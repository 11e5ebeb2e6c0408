#!/usr/bin/env bash
# Installs the database engines that Debian has no package of, once, into the user's cache:
# FerretDB (a MongoDB server; needs go 1.22), AWS's DynamoDB Local (needs java 17 and mvn),
# what the apps of Spring Session and scs are made of, and mitmproxy (a Python environment).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)/engine_sources"
cache="${SESSION_INSPECTOR_ENGINES:-${XDG_CACHE_HOME:-$HOME/.cache}/session-inspector/engines}"
mkdir -p "$cache/bin"

if [ ! -x "$cache/bin/ferretdb" ]; then
  work="$(mktemp -d)"
  cp "$here"/ferretdb/* "$work"
  (cd "$work" && go mod tidy >/dev/null 2>&1 && CGO_ENABLED=0 go build -o "$cache/bin/ferretdb" .)
  rm -rf "$work"
fi
if ! ls "$cache"/dynamodb/DynamoDBLocal-*.jar >/dev/null 2>&1; then
  work="$(mktemp -d)"
  cp "$here/dynamodb/pom.xml" "$work"
  mvn -q -B -f "$work/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/lib"
  mv "$work/lib" "$cache/dynamodb"
  rm -rf "$work"
fi

# the sample apps of Spring Session and scs
apps="$(dirname "$here")/apps"
if ! cmp -s "$apps/spring/pom.xml" "$cache/spring/pom.xml"; then
  rm -rf "$cache/spring"
  mvn -q -B -f "$apps/spring/pom.xml" dependency:copy-dependencies -DoutputDirectory="$cache/spring"
  cp "$apps/spring/pom.xml" "$cache/spring"
fi
if ! cmp -s "$apps/spring-boot/pom.xml" "$cache/spring-boot/pom.xml"; then
  work="$(mktemp -d)"
  cp -r "$apps/spring-boot/." "$work"
  # downloads all that `mvn -o spring-boot:run` needs into the user's Maven repository
  mvn -q -B -f "$work/pom.xml" spring-boot:run -Dspring-boot.run.skip=true
  mkdir -p "$cache/spring-boot"
  cp "$apps/spring-boot/pom.xml" "$cache/spring-boot"
  rm -rf "$work"
fi
if ! cmp -s "$apps/scs/main.go" "$cache/scs/main.go"; then
  mkdir -p "$cache/scs"
  (cd "$apps/scs" && CGO_ENABLED=0 go build -o "$cache/scs/app" .)
  cp "$apps/scs/main.go" "$cache/scs"
fi

# mitmproxy, a second witness of what `attach` tells; its pins would quarrel with ours
mitm="${cache%/*}/mitmproxy"
pins="$(dirname "$here")/mitmproxy.txt"
if ! cmp -s "$pins" "$mitm/pins.txt"; then
  python3 -m venv --clear "$mitm"
  "$mitm/bin/pip" install --quiet -r "$pins"
  cp "$pins" "$mitm/pins.txt"
fi
