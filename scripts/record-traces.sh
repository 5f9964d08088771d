#!/usr/bin/env bash
# Records all traces anew: scripts/record-traces.sh ROOT OUT
#
# ROOT is a folder with an unpacked 32-bit Linux, in which pointers and structures are as large as in wasm32.
# native/workloads/traces/README.md names its packages. If the kernel runs no 32-bit programs, the variable
# QEMU has to name a qemu-i386.
set -euo pipefail
root=$(cd "${1:?a folder with a 32-bit Linux}" && pwd)
out=$(mkdir -p "${2:?the folder to write to}" && cd "$2" && pwd)
scripts=$(cd "$(dirname "$0")" && pwd)
here=$(dirname "$scripts")/native/workloads/traces
cd "$out"

libraries=$root/usr/lib/i386-linux-gnu:$root/lib/i386-linux-gnu
headers=(-isystem "$root/usr/include/i386-linux-gnu" -isystem "$root/usr/include")
clang -m32 -O2 -Wall -shared -fPIC -nostdlib "${headers[@]}" \
  "$here/record.c" -o record.so "$root/lib/i386-linux-gnu/libc.so.6"
python3 "$here/programs/inputs.py"

# record FILE TITLE PROGRAM ARGUMENT…: runs a program of ROOT, and writes its trace to FILE.trace.
record() {
  local file=$1 title=$2
  shift 2
  local start=("$root/lib/ld-linux.so.2" --preload "$out/record.so" --library-path "$libraries" "$root/$@")
  if [[ -n ${QEMU-} ]]; then "$QEMU" -E HEAP_TRACE="$out/events" "${start[@]}" >/dev/null
  else HEAP_TRACE=$out/events "${start[@]}" >/dev/null; fi
  node "$scripts/encode-trace.mjs" events "$title" "$file.trace"
}

export PYTHONHASHSEED=0 PYTHONMALLOC=malloc PYTHONHOME=$root/usr
record awk 'awk' usr/bin/mawk '{ for (i = 1; i <= NF; i++) { n[$i]++; s = s substr($i, 1, 1) }
  if (length(s) > 500) s = ""; line[NR] = toupper($0) }
  END { for (w in n) if (n[w] > 1) c++; print c, length(line[10]) }' words.txt
cpp -m32 -P "${headers[@]}" "$here/../workloads.c" workloads.i
record cc 'C compiler' usr/lib/gcc/i686-linux-gnu/12/cc1 -quiet -O0 -fpreprocessed workloads.i -o workloads.s
record jq 'jq' usr/bin/jq 'group_by(.tags[0]) | map({tag: .[0].tags[0], n: length,
  names: map(.name) | join(", "), deep: [.[] | .data | .. | numbers] | add})' items.json
record lua 'Lua' usr/bin/lua5.4 "$here/programs/program.lua"
record python 'Python' usr/bin/python3.11 -S -B "$here/programs/program.py"
record sqlite 'SQLite' usr/bin/sqlite3 :memory: ".read '$here/programs/sqlite.sql'"
record xslt 'XSLT' usr/bin/xsltproc "$here/programs/book.xsl" book.xml
rm -f events record.so workloads.* items.json book.xml words.txt
