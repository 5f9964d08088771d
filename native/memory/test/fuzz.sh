#!/usr/bin/env bash
# Fuzzes the allocator from the kept corpus for so many seconds (60), under ASan and UBSan. What it finds is
# kept in build/fuzz/. The last line is `N passed, N failed`; the run counts as one test.
#
#   native/memory/test/fuzz.sh [SECONDS]
#
# With KEEP=1, the smallest inputs that reach all that was reached replace test/corpus/.
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
if [[ ! $seconds =~ ^[1-9][0-9]*$ ]]; then # libFuzzer takes any other text for 0, which has no end
  echo "Usage: npm run fuzz [-- SECONDS]; '$seconds' is no number of seconds." >&2
  exit 2
fi
out=$PWD/../../build/fuzz
mkdir -p "$out/found"
flags=(-std=gnu11 -g -O1 -Wall -Wextra -Werror -Wno-pointer-to-int-cast -Wno-int-to-pointer-cast
  -fsanitize=address,undefined -fno-sanitize-recover=all)
if ! { clang "${flags[@]}" -fsanitize=fuzzer-no-link -DHEAP_HOST -c memory.c -o "$out/memory.o" &&
  clang "${flags[@]}" -fsanitize=fuzzer port/host.c test/fuzz.c "$out/memory.o" -o "$out/fuzz"; }; then
  echo '0 passed, 1 failed'
  exit 1
fi
echo "Fuzzing for $seconds s. What is found goes to build/fuzz/."
if "$out/fuzz" -max_len=400 -max_total_time="$seconds" -print_final_stats=1 -verbosity=0 \
  -artifact_prefix="$out/" "$out/found" test/corpus; then
  if [[ ${KEEP-} ]]; then
    rm -rf "$out/kept" && mkdir "$out/kept"
    "$out/fuzz" -merge=1 -max_len=400 -verbosity=0 "$out/kept" test/corpus "$out/found" 2>"$out/merge.log" &&
      rm -rf test/corpus && mv "$out/kept" test/corpus
  fi
  echo '1 passed, 0 failed'
else
  echo "The input that fails lies in build/fuzz/: run build/fuzz/fuzz with it."
  echo '0 passed, 1 failed'
  exit 1
fi
