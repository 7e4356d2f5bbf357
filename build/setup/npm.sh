#!/usr/bin/env bash
# Fills .kiln/tools/node_modules with what package-lock.json pins: DuckDB's library, the chart scripts, and axe-core for tests of pages.
# A stamp holds the lock file's hash, so that a call with nothing to do costs a few milliseconds.
set -euo pipefail

here=${BASH_SOURCE[0]%/*}
[[ $here == "${BASH_SOURCE[0]}" ]] && here=.
tools=$here/../../.kiln/tools
modules=$tools/node_modules
stamp=$modules/.kiln-lock

read -r hash _ < <(sha256sum "$here/package-lock.json")
if [[ -f $stamp && $(<"$stamp") == "$hash" ]]; then exit 0; fi

if [[ $(uname -sm) != "Linux x86_64" ]]; then
    echo "DuckDB's library is pinned for Linux on x86_64 only; this is $(uname -sm). KILN_DUCKDB can name another libduckdb." >&2
    exit 1
fi
if ! command -v npm > /dev/null; then
    echo "npm is missing. Install it (apt-get install npm), then run this again." >&2
    exit 1
fi

echo "Installing DuckDB and the chart scripts into .kiln/tools/node_modules"
mkdir -p "$tools"
exec 9> "$tools/npm.lock"
flock 9
if [[ -f $stamp && $(<"$stamp") == "$hash" ]]; then exit 0; fi # another call installed it meanwhile

fresh=$(mktemp -d "$tools/npm.XXXXXX")
trap 'rm -rf "$fresh"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$fresh/"
if ! npm ci --prefix "$fresh" --ignore-scripts --no-audit --no-fund --loglevel=error > "$fresh/npm.log" 2>&1; then
    cat "$fresh/npm.log" >&2
    echo "npm ci failed; what was installed before is untouched." >&2
    exit 1
fi
printf '%s\n' "$hash" > "$fresh/node_modules/.kiln-lock"
[[ -e $modules ]] && mv "$modules" "$fresh/old"
mv "$fresh/node_modules" "$modules"
