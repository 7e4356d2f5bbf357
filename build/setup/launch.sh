#!/usr/bin/env bash
# Compiles the launcher (src/Kiln.Engine/native), which starts programs, kills what they leave behind, and keeps them in a sandbox:
#   .kiln/tools/launch/kiln-launch, once per source, without shared libraries, so that it starts in less than a millisecond.
set -euo pipefail
root=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
sources=$root/src/Kiln.Engine/native
tools=$root/.kiln/tools/launch
flags=(-std=gnu11 -O2 -s -Wall -Wextra -Werror)

made_from=$(cat "$sources"/* "${BASH_SOURCE[0]}" | sha256sum)
if [[ -x $tools/kiln-launch && -f $tools/made-from && $(<"$tools/made-from") == "$made_from" ]]; then exit 0; fi
mkdir -p "$tools"
new=$tools/.new.$$
trap 'rm -f "$new"' EXIT
# Where there is no static C library, a shared one will do.
"${CC:-gcc}" "${flags[@]}" -static "$sources"/*.c -o "$new" 2>/dev/null || "${CC:-gcc}" "${flags[@]}" "$sources"/*.c -o "$new"
mv "$new" "$tools/kiln-launch"
echo "$made_from" >"$tools/made-from"
