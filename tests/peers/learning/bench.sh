#!/usr/bin/env bash
# Kiln's trainer and models beside PyTorch, paired. Needs a Python with PyTorch (Debian's python3-torch); PYTHON names another.
# First argument: train or score; the others go to bench.py: --rows N --repeats N --batches 512 64 --networks small categorical --ways resident loader
# On a GPU: KILN_LIBTORCH=<wheel's torch> PYTHON=<its python> bench.sh train --device cuda --networks wide transformer convolutional
#           --batches 512 8192 --rows 131072 --ways resident compiled graphs deterministic   (--tf32: with it on both sides)
set -euo pipefail
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
"$here/../../../build/setup/torch.sh"
dotnet build "$here/LearningPeer.csproj" -c Release --nologo -v quiet
exec "${PYTHON:-/usr/bin/python3}" "$here/bench.py" "$here/bin/Release/net10.0/LearningPeer.dll" "$@"
