# ./dev soak: hours of everything at once, and whether memory stays flat. Sourced by dev.
# shellcheck shell=bash

dev_soak() {
  (($# == 1)) || refuse "soak takes minutes: ./dev soak 60"
  [[ $1 =~ ^[0-9]{1,5}$ ]] && ((10#$1 > 0)) || refuse "\"$1\" is no number of minutes; ./dev soak 60"
  need "${build_packages[@]}"
  need_node
  build_targets release parley || fail "the build failed"
  exec tools/node tools/soak/main.mjs "$1"
}
