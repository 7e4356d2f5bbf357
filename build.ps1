#!/usr/bin/env pwsh
# The same as build.sh, for PowerShell on Linux. Other platforms are not supported, and this says so.
if ($IsLinux) {
    & bash (Join-Path $PSScriptRoot 'build.sh') @args
    exit $LASTEXITCODE
}

[Console]::Error.WriteLine('Kiln runs on Linux: it depends on its file stamps, locks and native libraries. On Windows, run ./build.sh inside WSL;')
[Console]::Error.WriteLine('on macOS, inside a Linux container or virtual machine. Nothing was done.')
exit 2
