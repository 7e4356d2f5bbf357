#!/usr/bin/env bash
# Compiles the libtorch shim (src/Kiln.Torch/native) once per libtorch version, shim source and compiler flags, and keeps it:
#   .kiln/tools/torch/<key>/libkiln_torch.so, with .kiln/tools/torch/libkiln_torch.so pointing at the current one.
# KILN_LIBTORCH=<folder> builds against another libtorch: a folder with include/ and lib/, such as a PyTorch wheel's torch folder.
set -euo pipefail

root=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
sources=$root/src/Kiln.Torch/native
tools=$root/.kiln/tools/torch
compiler=${CXX:-g++}

fail() { printf '%s\n' "$@" >&2; exit 1; }

find_libtorch() {
    if [[ -n ${KILN_LIBTORCH:-} ]]; then
        origin=KILN_LIBTORCH=$KILN_LIBTORCH
        include=$KILN_LIBTORCH/include library=$KILN_LIBTORCH/lib
        [[ -f $include/ATen/core/Tensor.h && -f $library/libtorch_cpu.so ]] || fail \
            "KILN_LIBTORCH is not a libtorch:" \
            "  folder      $KILN_LIBTORCH" \
            "  looked for  include/ATen/core/Tensor.h and lib/libtorch_cpu.so" \
            "Name the folder that holds include/ and lib/: an unpacked libtorch, or the torch folder of an installed PyTorch wheel."
        KILN_LIBTORCH=$(cd "$KILN_LIBTORCH" && pwd) include=$KILN_LIBTORCH/include library=$KILN_LIBTORCH/lib
        includes=(-isystem "$include" -isystem "$include/torch/csrc/api/include")
        version_headers=("$include/torch/csrc/api/include/torch/version.h" "$include/torch/headeronly/version.h")
    else
        origin="the system's libtorch" include=/usr/include library=
        for candidate in /usr/lib/*-linux-gnu /usr/lib /usr/lib64; do
            if [[ -e $candidate/libtorch_cpu.so ]]; then library=$candidate; break; fi
        done
        [[ -n $library && -f $include/ATen/core/Tensor.h ]] || fail \
            "The system has no libtorch to compile against:" \
            "  looked for  /usr/include/ATen/core/Tensor.h and libtorch_cpu.so in /usr/lib" \
            "Install Debian's libtorch-dev and libopenblas0-pthread (./build.sh does), or set KILN_LIBTORCH to a folder with include/ and lib/."
        includes=(-isystem "$include/torch/csrc/api/include")
        version_headers=("$include/torch/csrc/api/include/torch/version.h")
    fi
}

# The shim's vector code: AVX2 where this machine has it, else the processor family's baseline.
choose_processor() {
    processor=()
    [[ $HOSTTYPE == x86_64 ]] || return 0
    [[ $(</proc/cpuinfo) != *" avx2 "* ]] || processor=(-march=x86-64-v3)
}

# No contraction: a fused multiply-add would make the optimizers' bits depend on the processor. No errno from sqrt: it keeps
# loops from being vectorized, and changes no result.
choose_flags() {
    flags=(-O2 -fPIC -shared -fvisibility=hidden -fopenmp-simd -ffp-contract=off -fno-math-errno "${processor[@]}")
    if [[ -n ${KILN_LIBTORCH:-} ]]; then flags+=("-Wl,-rpath,$library"); fi
    links=("-L$library" -ltorch_cpu -lc10 -Wl,--no-as-needed -ltorch)
    [[ -e $library/libtorch_cuda.so ]] || return 0
    links+=(-ltorch_cuda -lc10_cuda)
    # Recorded graphs and the allocator's books need the CUDA runtime's headers, which wheels bring in a package beside torch's.
    local headers
    for headers in "${CUDA_HOME:-/usr/local/cuda}"/include "${KILN_LIBTORCH:-/nowhere}"/../nvidia/{cuda_runtime,cu13}/include; do
        if [[ -f $headers/cuda_runtime_api.h ]]; then flags+=(-DKILN_CUDA) includes+=(-isystem "$headers"); return 0; fi
    done
}

# The libraries' bytes: another build of the same version computes other bits, so stages that train declare this file.
hash_libraries() {
    local blas
    blas=$(readlink -f "$library"/libblas.so.3 /usr/lib/*/libblas.so.3 2>/dev/null | head -n 1) || true
    libraries=$(sha256sum "$library"/libtorch_cpu.so ${blas:+"$blas"} | sed 's,/.*/,,')
}

make_key() {
    local existing=() header
    for header in "${version_headers[@]}"; do [[ ! -f $header ]] || existing+=("$header"); done
    local text
    text=$(printf '%s\n' "$libraries" "$origin" "$compiler" "${flags[@]}" "${links[@]}"; printf '%s\n' "$(<"${BASH_SOURCE[0]}")"
        for file in "$sources"/* "${existing[@]}"; do printf '%s\n' "$(<"$file")"; done)
    version=unknown
    if [[ $text =~ TORCH_VERSION_MAJOR\ ([0-9]+).*TORCH_VERSION_MINOR\ ([0-9]+).*TORCH_VERSION_PATCH\ ([0-9]+) ]]; then
        version=${BASH_REMATCH[1]}.${BASH_REMATCH[2]}.${BASH_REMATCH[3]}
    fi
    read -r key _ < <(sha256sum <<<"$text")
    key=$version-${key:0:16}
}

# Wheels before 2.6 were built with the old layout of std::string.
string_layout() {
    if grep -q 'SourceLocationENSt7__cxx11' "$library/libc10.so"; then echo 1; else echo 0; fi
}

compile() {
    command -v "$compiler" >/dev/null || fail "No C++ compiler:" "  looked for  $compiler" "Install g++ (./build.sh does), or set CXX."
    echo "Compiling the libtorch shim against libtorch $version (once per version, 5 to 30 s)…"
    local folder=$tools/$key standard
    mkdir -p "$folder"
    unit=$(mktemp -d)
    trap 'rm -rf "$unit"' EXIT # not local: the trap outlives this function
    # One translation unit: libtorch's headers cost more than the shim's own code.
    for file in "$sources"/*.cpp; do printf '#include "%s"\n' "$file"; done >"$unit/shim.cpp"
    for standard in c++17 c++20; do
        # The shim's bytes are an input of every stage that trains: they must not depend on the folder it is compiled in.
        if "$compiler" -std=$standard "${flags[@]}" "-ffile-prefix-map=$root/=" "-ffile-prefix-map=$unit/=" \
            "-D_GLIBCXX_USE_CXX11_ABI=$(string_layout)" "${includes[@]}" "-I$sources" "$unit/shim.cpp" -o "$unit/libkiln_torch.so" "${links[@]}" 2>"$unit/errors"; then
            # Staged in the destination's file system, so that the rename is atomic.
            cp "$unit/libkiln_torch.so" "$folder/.new.$$"
            mv -T "$folder/.new.$$" "$folder/libkiln_torch.so"
            return 0
        fi
    done
    head -n 40 "$unit/errors" >&2
    fail "The libtorch shim did not compile:" "  libtorch  $origin, version $version" "  compiler  $compiler" \
        "The shim is tested with libtorch 1.13 and g++ 12, and written for libtorch up to 2.11: the messages above say what differs."
}

find_libtorch
choose_processor
choose_flags
hash_libraries
make_key

mkdir -p "$tools"
if [[ ! -f $tools/made-from || $(<"$tools/made-from") != "$libraries" ]]; then printf '%s\n' "$libraries" >"$tools/made-from"; fi
if [[ $tools/libkiln_torch.so -ef $tools/$key/libkiln_torch.so ]]; then exit 0; fi
if [[ ! -f $tools/$key/libkiln_torch.so ]]; then compile; fi
ln -s "$key/libkiln_torch.so" "$tools/.link.$$"
mv -T "$tools/.link.$$" "$tools/libkiln_torch.so"
