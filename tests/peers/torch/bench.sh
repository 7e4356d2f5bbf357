#!/usr/bin/env bash
# One epoch in Kiln.Torch and in PyTorch, paired. Needs a Python with PyTorch (Debian's python3-torch); PYTHON names another.
# Arguments go to bench.py: --rows N --threads N --repeats N --batches 512 64 --networks wide small categorical --no-loader
set -euo pipefail
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
"$here/../../../build/setup/torch.sh"
dotnet build "$here/TorchPeer.csproj" -c Release --nologo -v quiet
exec "${PYTHON:-/usr/bin/python3}" "$here/bench.py" "$here/bin/Release/net10.0/TorchPeer.dll" "$@"
