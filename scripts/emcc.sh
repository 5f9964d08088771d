# What every script that calls emcc needs; to be sourced, with the emcc that is meant first on PATH.

export NODE_PATH="${NODE_PATH:+$NODE_PATH:}/usr/share/nodejs" # where Debian's emcc has its JavaScript parser
sdk=$(emcc --version | sed -n 's/^emcc.* \([0-9][0-9]*\.[0-9.]*[0-9]\).*/\1/p')

checksum() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

# The words in a file named `flags`; from # on, a line is a comment.
flags_of() { sed 's/#.*//' "$1"; }
