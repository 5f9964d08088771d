# Variables and functions for scripts that call emcc. Such a script puts the folder of emcc first on PATH,
# then sources this file.

export NODE_PATH="${NODE_PATH:+$NODE_PATH:}/usr/share/nodejs" # where Debian's emcc has its JavaScript parser
sdk=$(emcc --version | sed -n 's/^emcc.* \([0-9][0-9]*\.[0-9.]*[0-9]\).*/\1/p')

checksum() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

# Prints the flags in a file named `flags`, without its comments, which begin with #.
flags_of() { sed 's/#.*//' "$1"; }
