# What every command of ./dev says: one line per step, with its time. Sourced by dev.
# shellcheck shell=bash

# Milliseconds since the epoch, without starting a process.
now_ms() { printf '%s' $((${EPOCHREALTIME//[!0-9]/} / 1000)); }

# seconds MILLISECONDS -> 12.3
seconds() { printf '%d.%d' $(($1 / 1000)) $(($1 % 1000 / 100)); }

say() { printf '%s\n' "$*"; }

# refuse WORDS: the command was asked wrongly.
refuse() {
  printf 'dev: %s\n' "$*" >&2
  exit 2
}

# fail WORDS: the command was right, but it cannot go on.
fail() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}

# step NAME WORDS COMMAND…: runs COMMAND and says WORDS and how long it took. Its output goes to
# build/log/NAME.log; when it fails, the end of that is shown and its status is returned.
step() {
  local name=$1 words=$2 log started status=0
  shift 2
  log=build/log/${name//\//-}.log
  mkdir -p build/log
  started=$(now_ms)
  printf '%s … ' "$words"
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if ((status == 0)); then
    printf '%s s\n' "$(seconds $(($(now_ms) - started)))"
    return 0
  fi
  printf 'failed after %s s\n' "$(seconds $(($(now_ms) - started)))"
  show_log "$log" >&2
  return "$status"
}

# show_log FILE: all of a short log; of a long one the lines that look like errors, and its end.
show_log() {
  if (($(wc -l <"$1") <= 80)); then
    cat "$1"
    return
  fi
  grep -nE '(error|fatal|FAILED|refused)[: ]' "$1" | head -n 20 || true
  printf '%s\n' "--- the end of $1"
  tail -n 40 "$1"
}
