#!/usr/bin/env bash
# Builds the program: Release, with native code for a quick start. Quiet when it succeeds.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
log=$root/.kiln/build.log
mkdir -p "$root/.kiln"
echo "Building the program…" >&2
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
rm -f "$root/build/bin/kiln/stamp"
if ! dotnet publish "$root/build/Build.csproj" -c Release -o "$root/build/bin/kiln" -v quiet ${CI:+-p:RestoreLockedMode=true} >"$log" 2>&1; then
    grep -E 'error|warning' "$log" | sort -u >&2 || cat "$log" >&2
    echo "The program does not build; the whole log is .kiln/build.log." >&2
    exit 1
fi
