#!/usr/bin/env bash
# Sets up what is missing, builds what changed, and runs a target: ./build.sh --target Train
# With nothing to set up and nothing changed it lists files with their times once, compares, and starts the built program: one other program
# is started for that, because each costs a millisecond or two.
set -euo pipefail
here=${BASH_SOURCE[0]}
if [[ -L $here ]]; then here=$(readlink -f -- "$here"); fi
if [[ $here != */* ]]; then here=./$here; fi
# The workspace is the repository; relative paths that the caller gives are meant from where the caller stands.
export KILN_CALLER=$PWD
if [[ -n ${KILN_LIBTORCH:-} && $KILN_LIBTORCH != /* ]]; then export KILN_LIBTORCH=$PWD/$KILN_LIBTORCH; fi
if [[ -n ${KILN_XGBOOST:-} && $KILN_XGBOOST != /* ]]; then export KILN_XGBOOST=$PWD/$KILN_XGBOOST; fi
cd -P -- "${here%/*}"
root=$PWD
tools=$root/.kiln/tools
programs=$root/build/bin

if ! hash dotnet 2>/dev/null; then
    echo "The .NET 10 SDK is not installed, or not on the PATH. Install it, then run this again." >&2
    exit 2
fi

# Everything the program is made of and what the machine has to have for it (set-up scripts, shim, libraries), with sizes and times;
# build outputs are not among it. Links on this line are followed, those in folders are not.
list() {
    local path=/dev/null sdks=()
    if [[ -f $programs/sdks ]]; then read -r path <"$programs/sdks"; sdks=("$path"/*); fi
    echo "sdks: ${sdks[*]}"
    echo "libtorch: ${KILN_LIBTORCH:-system}"
    find -H build pipelines src Directory.Build.props Directory.Packages.props global.json "${BASH_CMDS[dotnet]}" \
        "${KILN_LIBTORCH:-/usr}"/lib/libtorch_cpu.so /usr/lib/*/libtorch_cpu.so /usr/lib/*/libblas.so.3 /usr/lib/*/libxgboost.so.0 \
        \( -name bin -o -name obj -o -name node_modules \) -prune -o \
        -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name packages.lock.json -o -name global.json -o -path 'src/*/Reporting/*' -o -path 'build/setup/*' -o -path '*/native/*' -o -path '/*' \) \
        -printf '%p %s %T@\n' 2>/dev/null || true
}

present() {
    [[ -x $tools/launch/kiln-launch && -e $tools/torch/libkiln_torch.so && -d $tools/node_modules ]] &&
        [[ -n ${KILN_XGBOOST:-} || -e $tools/xgboost/libxgboost.so ]]
}

# Whether a stamp holds this text; read by the shell itself.
ready() {
    local text=
    [[ -f $1 ]] || return 1
    IFS= read -rd '' text <"$1" || true
    [[ $text == "$2"$'\n' ]]
}

of_tools() { grep -E '^(libtorch:|build/setup/|src/[^/]+/native/|/)' <<<"$1"; }

now=$(list)
if ! ready "$programs/stamp" "$now" || ! present; then
    # One at a time; who waited finds the work done.
    mkdir -p "$tools" "$programs"
    exec 9>"$root/.kiln/build.lock"
    flock 9
    echo "$(dirname -- "$(readlink -f -- "${BASH_CMDS[dotnet]}")")/sdk" >"$programs/sdks"
    now=$(list)
    if ! ready "$tools/stamp" "$(of_tools "$now")" || ! present; then
        "$root/build/setup/setup.sh"
        of_tools "$now" >"$tools/stamp"
    fi
    if ! ready "$programs/stamp" "$now"; then
        "$root/build/setup/publish.sh"
        echo "$now" >"$programs/stamp"
    fi
    exec 9>&-
fi

read -r current <"$programs/current"
exec "$programs/$current/kiln" "$@"
