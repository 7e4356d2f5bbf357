#!/usr/bin/env bash
# Installs what this machine lacks, through apt as root or with sudo; otherwise prints the one command that does, and stops.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
mkdir -p "$root/.kiln/tools"

# file that shows a package is there : package
needs=(
    /usr/bin/git:git
    /usr/bin/g++:g++
    /usr/bin/npm:npm
    /usr/lib/x86_64-linux-gnu/libsqlite3.so.0:libsqlite3-0
)
if [[ -z ${KILN_LIBTORCH:-} ]]; then
    needs+=(/usr/include/torch/csrc/api/include/torch/version.h:libtorch-dev /usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0:libopenblas0-pthread)
fi

missing=()
for need in "${needs[@]}"; do
    [[ -e ${need%%:*} ]] || command -v "$(basename "${need%%:*}")" >/dev/null || missing+=("${need##*:}")
done

if ((${#missing[@]} > 0)); then
    install="apt-get install -y --no-install-recommends ${missing[*]}"
    if ! command -v apt-get >/dev/null; then
        echo "These Debian packages, or what they are called here, are needed: ${missing[*]}" >&2
        exit 2
    elif [[ $(id -u) == 0 ]]; then
        sudo=()
    elif sudo -n true 2>/dev/null; then
        sudo=(sudo -n)
    else
        echo "Some packages are missing. Install them, then run this again:" >&2
        echo "  sudo sh -c 'apt-get update && $install'" >&2
        exit 2
    fi
    echo "Installing ${missing[*]} (once a machine)…" >&2
    export DEBIAN_FRONTEND=noninteractive
    log=$root/.kiln/apt.log
    if ! { "${sudo[@]}" apt-get update && "${sudo[@]}" $install; } >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        echo "apt could not install them; the whole log is .kiln/apt.log." >&2
        exit 1
    fi
fi

"$root/build/setup/npm.sh"
"$root/build/setup/torch.sh"
