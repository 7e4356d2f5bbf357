#!/usr/bin/env bash
# Installs what this machine lacks, through apt as root or with sudo; otherwise prints the one command that does, and stops.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
mkdir -p "$root/.kiln/tools"

# A program, or a file that shows a library is there, and the package that brings it.
missing=()
need_program() { command -v "$1" >/dev/null || missing+=("$2"); }
need_file() { compgen -G "$1" >/dev/null || missing+=("$2"); }
need_program git git
need_program g++ g++
need_program npm npm
need_file '/usr/lib/*/libsqlite3.so.0' libsqlite3-0
if [[ -z ${KILN_LIBTORCH:-} ]]; then
    need_file /usr/include/torch/csrc/api/include/torch/version.h libtorch-dev
    need_file '/usr/lib/*/openblas-pthread/libopenblas.so.0' libopenblas0-pthread
fi

[[ -n ${KILN_XGBOOST:-} ]] || need_file '/usr/lib/*/libxgboost.so.0' libxgboost0

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

"$root/build/setup/launch.sh"
"$root/build/setup/npm.sh"
"$root/build/setup/torch.sh"
"$root/build/setup/xgboost.sh"
