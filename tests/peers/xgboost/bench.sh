#!/usr/bin/env bash
# Training and scoring in Kiln.XGBoost and in the Python package, paired. Needs Debian's python3-xgboost; PYTHON names another Python.
# Arguments go to bench.py: --rows N --columns N --rounds N --threads N --repeats N
set -euo pipefail
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
"$here/../../../build/setup/xgboost.sh"
dotnet build "$here/XGBoostPeer.csproj" -c Release --nologo -v quiet
exec "${PYTHON:-/usr/bin/python3}" "$here/bench.py" "$here/bin/Release/net10.0/XGBoostPeer.dll" "$@"
