# ./dev bench: Parley beside nginx on the same processor. Sourced by dev.
# shellcheck shell=bash

dev_bench() {
  need "${bench_packages[@]}"
  need_node >&2
  build_targets release parley write_bench >&2 || fail "the build failed"
  # Words and progress go to stderr, the table or the JSON alone to stdout.
  exec tools/node tools/bench/main.mjs "$@"
}
