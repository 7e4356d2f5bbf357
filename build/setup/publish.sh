#!/usr/bin/env bash
# Builds the program: Release, with native code for a quick start. Quiet when it succeeds.
# Each build has a folder of its own, named in build/bin/current, so that a run under way keeps the files it started from.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
programs=$root/build/bin
log=$root/.kiln/build.log
mkdir -p "$root/.kiln" "$programs"
echo "Building the program…" >&2
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
rm -f "$programs/stamp"
name=kiln-$(date -u +%Y%m%d%H%M%S)-$$
if ! dotnet publish "$root/build/Build.csproj" -c Release -o "$programs/$name" -v quiet ${CI:+-p:RestoreLockedMode=true} >"$log" 2>&1; then
    rm -rf "${programs:?}/$name"
    # Warnings alone would not say why it failed.
    if grep -q 'error' "$log"; then grep -E 'error|warning' "$log" | sort -u >&2; else cat "$log" >&2; fi
    echo "The program does not build; the whole log is .kiln/build.log." >&2
    exit 1
fi
before=$(cat "$programs/current" 2>/dev/null || true)
echo "$name" >"$programs/current.new"
mv "$programs/current.new" "$programs/current"
for old in "$programs"/kiln*; do
    if [[ -d $old && ${old##*/} != "$name" && ${old##*/} != "$before" ]]; then rm -rf "$old"; fi
done
