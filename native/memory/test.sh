#!/usr/bin/env bash
# Builds the allocator for this machine and runs its host tests:
#   - unit tests under ASan and UBSan; up to the last page of 4 GiB, without ASan; in a 32-bit process, where
#     this machine can run one
#   - every sequence of a few calls, counted work, fuzzing for 15 seconds, branch coverage
# A warning fails a build. The last line is `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")"
out=../../build/host/memory
mkdir -p "$out"
passed=0 failed=0

address=(-fsanitize=address,undefined -fno-sanitize-recover=all)
undefined=(-fsanitize=undefined -fno-sanitize-recover=all)
low=(-DMACHINE_FIRST=0x1000 -DMACHINE_END=0x10000) # up to 4 GiB: where ASan does not live
warn=(-std=gnu11 -g -Wall -Wextra -Werror -Wno-pointer-to-int-cast -Wno-int-to-pointer-cast)

# build NAME SOURCE FLAG...: builds $out/NAME from SOURCE, the host machine and the allocator, with these
# flags.
build() {
  local name=$1 source=$2
  shift 2
  clang "${warn[@]}" "$@" -DHEAP_HOST -c memory.c -o "$out/$name-memory.o" &&
    clang "${warn[@]}" "$@" -c port/host.c -o "$out/$name-host.o" &&
    clang "${warn[@]}" "$@" "test/$source" "$out/$name-host.o" "$out/$name-memory.o" -o "$out/$name"
}

# count TITLE COMMAND...: runs a command and adds up its last line. A command that ends otherwise is one
# failure.
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

# try TITLE NAME SOURCE FLAG... [-- ARGUMENT...]: builds and counts.
try() {
  local title=$1 name=$2 flags=() arguments=()
  shift 2
  while (($#)) && [[ $1 != -- ]]; do flags+=("$1") && shift; done
  (($#)) && arguments=("${@:2}")
  if build "$name" "${flags[@]}"; then
    count "$title" "$out/$name" ${arguments[@]+"${arguments[@]}"}
  else
    failed=$((failed + 1))
  fi
}

try 'unit tests under ASan and UBSan' unit test.c -O1 "${address[@]}"
try 'unit tests up to 4 GiB, under UBSan' plain test.c -O2 "${undefined[@]}" "${low[@]}"
if clang -m32 -x c -o "$out/empty" - 2>/dev/null <<<'#include <stdio.h>
  int main(void) { return 0; }'; then
  try 'unit tests in a 32-bit process' narrow test.c -m32 -O2
else
  echo 'skipped: unit tests in a 32-bit process: this machine has no 32-bit C library (libc6-dev-i386)'
fi
try 'every sequence of a few calls, under ASan and UBSan' model model.c -O1 "${address[@]}"

clang "${warn[@]}" -O1 -fsanitize-coverage=trace-pc,bb -DHEAP_HOST -c memory.c -o "$out/counted.o" &&
  clang "${warn[@]}" -O1 "${low[@]}" port/host.c test/work.c "$out/counted.o" -o "$out/work" &&
  count 'counted work' "$out/work" || failed=$((failed + 1))

count 'fuzzing from the kept corpus, under ASan and UBSan' test/fuzz.sh 15

# Names the branches of memory.c that neither the unit tests nor the corpus take.
if command -v llvm-cov >/dev/null && command -v llvm-profdata >/dev/null; then
  echo '== branch coverage of memory.c'
  covered=(-fprofile-instr-generate -fcoverage-mapping)
  rm -f "$out"/*.profraw
  clang "${warn[@]}" -O1 "${covered[@]}" -DHEAP_HOST -c memory.c -o "$out/covered.o"
  cover() { # NAME SANITIZER
    clang "${warn[@]}" -O1 "${covered[@]}" "${low[@]}" "-fsanitize=$2" \
      port/host.c "test/$1.c" "$out/covered.o" -o "$out/covered-$1"
  }
  cover test undefined
  cover fuzz fuzzer
  export LLVM_PROFILE_FILE=$out/%m.profraw
  timeout 60 "$out/covered-test" >/dev/null 2>&1
  timeout 60 "$out/covered-fuzz" -runs=0 test/corpus >/dev/null 2>&1
  llvm-profdata merge -sparse "$out"/*.profraw -o "$out/covered.profdata" && rm -f "$out"/*.profraw
  llvm-cov report "$out/covered-test" -instr-profile="$out/covered.profdata" -show-branch-summary memory.c |
    awk '/memory.c/ { print "lines " $10 ", branches " $13 " (" $11 - $12 " of " $11 ")" }'
  llvm-cov show "$out/covered-test" -instr-profile="$out/covered.profdata" -show-branches=count memory.c |
    awk -F'|' '
      /^ *[0-9]+\|/ { text = $3 }
      /Branch \(/ && /(True|False): 0[],]/ { print "  never: " $0 "  in: " text }' |
    sed 's/  */ /g; s/| *//g; s/Branch //'
else
  echo 'skipped: branch coverage: this machine has no llvm-cov (package llvm)'
fi

echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
