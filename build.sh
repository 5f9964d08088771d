#!/usr/bin/env bash
# One command from a bare checkout to dist/, the whole static site.
#
# Every output is written under another name and moved into place when it is whole, and is known by a stamp: the
# checksum of the command, the SDK's version and all that the command reads, and that of the output itself. So a
# step that fails leaves nothing behind that a later build would take for good, and a build with nothing to do
# does nothing.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'TEXT'
Usage: ./build.sh [--debug] | --clean | --help

Builds dist/, the whole static site, from a bare checkout. Builds only what has changed.
Installs what is missing (Emscripten, npm packages), or says what to install.

  --debug   for debuggers: C with -O0 -g and DWARF, JavaScript as it is written
  --clean   removes all that builds have made (dist/ and build/), and builds nothing
  --help    shows this

Emscripten is the emcc on PATH, else the SDK in $EMSDK; 3.1.6 or newer.
TEXT
}

mode=release
case ${1-} in
  '') ;;
  --debug) mode=debug ;;
  --clean)
    rm -rf dist build
    echo 'Removed dist/ and build/.'
    exit
    ;;
  --help | -h) usage && exit ;;
  *) usage >&2 && exit 2 ;;
esac

node=$(node --version 2>/dev/null || echo none)
if [[ ! $node =~ ^v([0-9]+) || ${BASH_REMATCH[1]} -lt 20 ]]; then
  echo "Heap Lab needs Node.js 20 or newer; here is $node." >&2
  exit 1
fi

started=$SECONDS
mkdir -p build
exec 9>build/lock # of two builds at once, the second waits
if command -v flock >/dev/null; then flock 9; fi
[[ -d build/stamps ]] || rm -rf dist # nothing is known about what is in there
scripts/install.sh packages
emscripten=$(scripts/emscripten.sh)
export PATH="$emscripten:$PATH"
. scripts/emcc.sh
echo "Building dist/ ($mode) with Emscripten $sdk"

# The C files that an output of this folder is made of.
sources_of() { find "$1" -name '*.[ch]' -not -path '*/test/*' | LC_ALL=C sort; }

# compile OUTPUT SOURCE FLAG...: one call of emcc, and in a release one of scripts/trim.mjs. A file named `flags`
# beside SOURCE adds what is in it.
# It reads its own folder only: the .c and .h files there, but for tests, and `flags`.
compile() {
  local output=$1 source=$2 folder key stamp
  shift 2
  folder=$(dirname "$source")
  local flags=("$@")
  if [[ -f $folder/flags ]]; then
    local more
    read -r -d '' -a more < <(flags_of "$folder/flags") || true
    flags+=("${more[@]}")
  fi
  if [[ $mode == debug ]]; then flags+=(-O0 -g); fi

  stamp=build/stamps/$output
  key=$({ echo "$sdk" "${flags[@]}" && checksum $(sources_of "$folder") scripts/trim.mjs lib/bytes.js; } | checksum)
  if [[ -f dist/$output && -f $stamp && $(<"$stamp") == "$key$(checksum <"dist/$output")" ]]; then return; fi

  rm -f "$stamp"
  mkdir -p build/new build/stamps dist
  echo "  emcc $source -> $output"
  emcc "${flags[@]}" "$source" -o "build/new/$output"
  if [[ $mode == release ]]; then node scripts/trim.mjs "build/new/$output"; fi
  mv "build/new/$output" "dist/$output"
  echo "$key$(checksum <"dist/$output")" >"$stamp"
}

# The allocator and the Record program: side modules, linked over a memory that the page makes.
side_module=(-Os -sSIDE_MODULE=2 -Wl,--experimental-pic) # the last only silences newer linkers
compile memory.wasm native/memory/memory.c "${side_module[@]}"
compile program.wasm native/record/record.c "${side_module[@]}"

# The same Record program for the wirings in which the program owns the memory. It takes nothing from a C library:
# malloc and free stay imports. Its linear memory: statics from 1024, then 16 KiB of stack, then the heap; a newer
# SDK would put the stack first with -O0 if it were not told where the statics begin.
compile program-owns-memory.wasm native/record/record.c -Os \
  -sSTANDALONE_WASM -nostdlib -mmutable-globals -Wl,--no-entry \
  -Wl,--allow-undefined -sERROR_ON_UNDEFINED_SYMBOLS=0 -sWARN_ON_UNDEFINED_SYMBOLS=0 \
  -Wl,--export=__global_base -Wl,--export=__data_end -Wl,--export=__heap_base -Wl,--export=__stack_pointer \
  -sGLOBAL_BASE=1024 -sTOTAL_STACK=16384 -sINITIAL_MEMORY=131072 -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB

native/workloads/build.sh dist/bench
node scripts/site.mjs "$mode"
node scripts/sizes.mjs "$mode" "$sdk"
echo "Built in $((SECONDS - started)) s."
