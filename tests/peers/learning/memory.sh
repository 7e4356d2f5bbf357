#!/usr/bin/env bash
# Memory over 20,000 steps of the trainer; fails where it grows by 16 MiB.
set -euo pipefail
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
"$here/../../../build/setup/torch.sh"
dotnet build "$here/LearningPeer.csproj" -c Release --nologo -v quiet
# A small young generation: by default .NET's own heap grows for thousands of steps before its first collection.
DOTNET_GCgen0size=0x200000 exec dotnet exec "$here/bin/Release/net10.0/LearningPeer.dll" memory
