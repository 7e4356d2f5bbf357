#!/usr/bin/env bash
# Links the system's XGBoost where the binding looks for it: .kiln/tools/xgboost/libxgboost.so.
# KILN_XGBOOST=<file> names another libxgboost.so, which is then read where it is.
set -euo pipefail

root=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
tools=$root/.kiln/tools/xgboost

if [[ -n ${KILN_XGBOOST:-} ]]; then
    if [[ -f $KILN_XGBOOST ]]; then exit 0; fi
    printf '%s\n' "KILN_XGBOOST names no file:" "  looked for  $KILN_XGBOOST" "Name a libxgboost.so, or unset it to use Debian's libxgboost0." >&2
    exit 1
fi

library=
for candidate in /usr/lib/*-linux-gnu/libxgboost.so.0 /usr/lib/libxgboost.so.0 /usr/lib64/libxgboost.so.0; do
    if [[ -e $candidate ]]; then library=$candidate; break; fi
done
if [[ -z $library ]]; then
    printf '%s\n' "The system has no XGBoost:" "  looked for  libxgboost.so.0 in /usr/lib" \
        "Install Debian's libxgboost0 (./build.sh does), or set KILN_XGBOOST to a libxgboost.so." >&2
    exit 1
fi

if [[ $tools/libxgboost.so -ef $library ]]; then exit 0; fi
mkdir -p "$tools"
ln -s "$library" "$tools/.link.$$"
mv -T "$tools/.link.$$" "$tools/libxgboost.so"
