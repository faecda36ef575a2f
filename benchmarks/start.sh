#!/usr/bin/env bash
# How long whole commands of the published tool take, from start to exit.
#   benchmarks/start.sh [ready|native] [RUNS]
# ready: ReadyToRun with its framework, as a plain publish makes it; native: ahead of time, needs clang or gcc.
set -euo pipefail
cd "$(dirname "$0")/.."

form=${1:-ready}
runs=${2:-20}
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT

publish=(-c Release -r linux-x64 -o "$tool" -p:NuGetLockFilePath=obj/publish.lock.json -p:RunAnalyzers=false --nologo -v q)
if [ "$form" = native ]; then
    publish+=(-p:PublishAot=true)
    command -v clang > /dev/null || publish+=(-p:CppCompilerAndLinker=gcc)
fi
dotnet publish src/CostSociety.Cli "${publish[@]}" > /dev/null

now() { echo "${EPOCHREALTIME/[.,]/}"; }

# Ten percent of the runs are faster than the first number, half of them than the second.
time_command() {
    local times=() start
    for ((i = 0; i < runs; i++)); do
        start=$(now)
        "$tool/CostSociety.Cli" "$@" > /dev/null 2>&1
        times+=($(($(now) - start)))
    done
    printf '%s\n' "${times[@]}" | sort -n | awk -v name="$*" '
        { t[NR] = $1 / 1000 }
        END { printf "%-56s %6.0f ms   median %6.0f ms\n", name, t[int(NR / 10) + 1], t[int(NR / 2) + 1] }'
}

echo "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)"
echo "commit $(git rev-parse --short HEAD)$(git diff --quiet HEAD || echo ' and changes'), $form, $(du -sh "$tool" | cut -f1), $runs runs"
time_command --version
time_command check circuits/digits/narrow.circuit.json
time_command check circuits/digits/society.circuit.json
time_command train --steps 1 --json --no-folder
