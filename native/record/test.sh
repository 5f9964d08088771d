#!/usr/bin/env bash
# Builds and runs the host tests of the Record API. A warning fails the build.
# The last line is `N passed, N failed`.
set -euo pipefail
cd "$(dirname "$0")"
out=../../build/host
mkdir -p "$out"
sanitize=(-fsanitize=address,undefined -fno-sanitize-recover=all)
clang -std=c11 -Wall -Wextra -Werror -g "${sanitize[@]}" -Dmalloc=test_malloc -Dfree=test_free \
  -include stdlib.h -c record.c -o "$out/record.o"
clang -std=c11 -Wall -Wextra -Werror -g "${sanitize[@]}" test.c "$out/record.o" -o "$out/record-test"
"$out/record-test"
