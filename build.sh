#!/usr/bin/env bash
# Sets up what is missing, builds what changed, and runs a target: ./build.sh --target Train
# With nothing to set up and nothing changed it compares two stamps and starts the built program.
set -euo pipefail
root=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
# The workspace is the repository; relative paths that the caller gives are meant from where the caller stands.
export KILN_CALLER=$PWD
if [[ -n ${KILN_LIBTORCH:-} && $KILN_LIBTORCH != /* ]]; then export KILN_LIBTORCH=$PWD/$KILN_LIBTORCH; fi
cd "$root"
tools=$root/.kiln/tools
programs=$root/build/bin

# Everything the program is made of, with sizes and times; build outputs are not among it.
source_stamp() {
    find build pipelines src Directory.Build.props Directory.Packages.props global.json \
        \( -name bin -o -name obj -o -name node_modules \) -prune -o \
        -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.json' -o -path '*/Reporting/*' \) -printf '%p %s %T@\n'
    echo "sdks: $(cd "$(dirname "$(readlink -f "$(command -v dotnet)")")/sdk" 2>/dev/null && echo *)"
}

# What the machine has to have: which libtorch, which lock file for npm, which shim.
tool_stamp() {
    find build/setup src/Kiln.Engine/native src/Kiln.Torch/native -type f -printf '%p %s %T@\n'
    echo "libtorch: ${KILN_LIBTORCH:-system}"
    find -L "${KILN_LIBTORCH:-/usr}"/lib/libtorch_cpu.so /usr/lib/*/libtorch_cpu.so /usr/lib/*/libblas.so.3 -maxdepth 0 -printf '%p %s %T@\n' 2>/dev/null || true
    if [[ -x $tools/launch/kiln-launch && -e $tools/torch/libkiln_torch.so && -d $tools/node_modules ]]; then echo "present"; fi
}

if ! command -v dotnet >/dev/null; then
    echo "The .NET 10 SDK is not installed, or not on the PATH. Install it, then run this again." >&2
    exit 2
fi

ready() { [[ -f $1 && $(<"$1") == "$2" ]]; }

tools_now=$(tool_stamp)
sources_now=$(source_stamp)
if ! ready "$tools/stamp" "$tools_now" || ! ready "$programs/stamp" "$sources_now"; then
    # One at a time; who waited finds the work done.
    mkdir -p "$tools"
    exec 9>"$root/.kiln/build.lock"
    flock 9
    if ! ready "$tools/stamp" "$tools_now"; then
        "$root/build/setup/setup.sh"
        tool_stamp >"$tools/stamp"
    fi
    if ! ready "$programs/stamp" "$sources_now"; then
        "$root/build/setup/publish.sh"
        echo "$sources_now" >"$programs/stamp"
    fi
    exec 9>&-
fi

exec "$programs/$(<"$programs/current")/kiln" "$@"
