#!/usr/bin/env bash
# One command from a bare checkout to dist/, the whole static site.
#
# A step writes its output under another name and moves it into place when it is whole. So a step that fails
# leaves no half of an output behind.
#
# Each output of emcc has a stamp in build/stamps/ with two checksums: of the command, the SDK's version and
# all files that the command reads, and of the output. A step whose stamp still fits is skipped.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'TEXT'
Usage: ./build.sh [--debug] | --clean | --help

Builds dist/, the whole static site, from a bare checkout. Builds only what has changed.
Installs what is missing (Emscripten, npm packages), or says what to install.

  --debug   for debuggers: C with -O0 -g and DWARF, JavaScript as it is written
  --clean   removes what builds have made (dist/ and build/), and builds nothing
  --help    shows this text

Emscripten is the emcc on PATH, else the SDK in $EMSDK; 3.1.6 or newer.
TEXT
}

mode=release
if (($# > 1)); then usage >&2 && exit 2; fi
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
if [[ ! $node =~ ^v([0-9]+)\.([0-9]+) ]] || ((BASH_REMATCH[1] * 100 + BASH_REMATCH[2] < 2011)); then
  echo "Heap Lab needs Node.js 20.11 or newer; here is $node." >&2
  exit 1
fi

started=$SECONDS
mkdir -p build
exec 9>build/lock # a second build at the same time waits
if command -v flock >/dev/null; then flock 9; fi
[[ -d build/stamps ]] || rm -rf dist # without stamps, nobody knows what made it
scripts/install.sh packages
emscripten=$(scripts/emscripten.sh)
export PATH="$emscripten:$PATH"
. native/emcc.sh
echo "Building dist/ ($mode) with Emscripten $sdk"

# The C files of a folder that its outputs are made of: all but the tests.
sources_of() { find "$1" -name '*.[ch]' -not -path '*/test/*' | LC_ALL=C sort; }

# compile OUTPUT SOURCE FLAG...: calls emcc, and in a release scripts/trim.mjs. A file named `flags` beside
# SOURCE adds the flags in it. SOURCE may include files of its own folder only.
compile() {
  local output=$1 source=$2 folder reads key stamp
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
  reads="$(sources_of "$folder") scripts/trim.mjs lib/bytes.js"
  key=$({ echo "$sdk" "${flags[@]}" && checksum $reads; } | checksum)
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
side_module=(-Os -sSIDE_MODULE=2 -Wl,--experimental-pic) # the last flag only silences newer linkers
compile memory.wasm native/memory/memory.c "${side_module[@]}"
compile program.wasm native/record/record.c "${side_module[@]}"

# The same Record program for the wirings where the program owns the memory. It is linked without a C library,
# so malloc and free stay imports. Its memory has statics from 1024, then 16 KiB of stack, then the heap:
# -sGLOBAL_BASE keeps a newer SDK from putting the stack first with -O0.
compile program-owns-memory.wasm native/record/record.c -Os \
  -sSTANDALONE_WASM -nostdlib -mmutable-globals -Wl,--no-entry \
  -Wl,--allow-undefined -sERROR_ON_UNDEFINED_SYMBOLS=0 -sWARN_ON_UNDEFINED_SYMBOLS=0 \
  -Wl,--export=__global_base -Wl,--export=__data_end -Wl,--export=__heap_base -Wl,--export=__stack_pointer \
  -sGLOBAL_BASE=1024 -sTOTAL_STACK=16384 -sINITIAL_MEMORY=131072 -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB

native/workloads/build.sh dist/bench
node scripts/site.mjs "$mode"
node scripts/sizes.mjs "$mode" "$sdk"
echo "Built in $((SECONDS - started)) s."
