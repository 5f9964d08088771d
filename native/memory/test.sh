#!/usr/bin/env bash
# Builds the allocator for this machine and runs its host tests: unit tests under ASan and UBSan, the same without
# ASan up to the last page of 4 GiB, and in a 32-bit process where this machine has one. The last line is
# `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")"
out=../../build/host/memory
mkdir -p "$out"
passed=0 failed=0

address=(-fsanitize=address,undefined -fno-sanitize-recover=all)
undefined=(-fsanitize=undefined -fno-sanitize-recover=all)
low=(-DMACHINE_FIRST=0x1000 -DMACHINE_END=0x10000) # up to 4 GiB: where ASan does not live
warn=(-std=gnu11 -g -Wall -Wextra -Wno-pointer-to-int-cast -Wno-int-to-pointer-cast)

# build NAME SOURCE FLAG...: SOURCE, the host machine and the allocator, all with the same flags, as $out/NAME.
build() {
  local name=$1 source=$2
  shift 2
  clang "${warn[@]}" "$@" -DHEAP_HOST -c memory.c -o "$out/$name-memory.o" &&
    clang "${warn[@]}" "$@" -c host.c -o "$out/$name-host.o" &&
    clang "${warn[@]}" "$@" "$source" "$out/$name-host.o" "$out/$name-memory.o" -o "$out/$name"
}

# count TITLE COMMAND...: runs it; the last line it prints is added up. One that ends otherwise is one failure.
count() {
  local title=$1 status line
  shift
  echo "== $title"
  "$@" 2>&1 | tee "$out/output"
  status=${PIPESTATUS[0]}
  line=$(tail -n 1 "$out/output")
  if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
    if ((status != 0 && BASH_REMATCH[2] == 0)); then failed=$((failed + 1)); fi
  else
    failed=$((failed + 1))
  fi
}

build unit test.c -O1 "${address[@]}" && count 'unit tests under ASan and UBSan' "$out/unit" || failed=$((failed + 1))
build plain test.c -O2 "${undefined[@]}" "${low[@]}" && count 'unit tests up to 4 GiB, under UBSan' "$out/plain" ||
  failed=$((failed + 1))
if build narrow test.c -m32 -O2 2>/dev/null; then
  count 'unit tests in a 32-bit process' "$out/narrow"
else
  echo 'skipped: unit tests in a 32-bit process: this machine has no 32-bit C library (libc6-dev-i386)'
fi

echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
