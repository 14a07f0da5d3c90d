# ./dev build, and the building the other commands stand on. Sourced by dev.
# shellcheck shell=bash

# As many compilers at once as there are processors, and no more than fit: a unit that includes Beast under the
# sanitizers takes over a gigabyte.
jobs_at_once() {
  local processors memory key kilobytes rest
  processors=$(nproc)
  memory=$processors
  while read -r key kilobytes rest; do
    [[ $key == MemAvailable: ]] && memory=$((kilobytes / 1500000))
  done </proc/meminfo
  ((memory < 1)) && memory=1
  printf '%d' $((processors < memory ? processors : memory))
}

# configure PRESET: once; Ninja configures again by itself when a CMake file or a list of sources changed.
configure() {
  [[ -f build/$1/build.ninja ]] && return 0
  step "configure-$1" "Configure $1" cmake --preset "$1"
}

# build_targets PRESET [OPTION…] [TARGET…]: everything when no target is named; options are Ninja's. On a terminal Ninja shows where it is.
build_targets() {
  local preset=$1 started
  shift
  configure "$preset" || return
  if [[ ! -t 1 ]]; then
    step "build-$preset" "Build $preset" ninja -C "build/$preset" -j "$(jobs_at_once)" "$@"
    return
  fi
  started=$(now_ms)
  ninja -C "build/$preset" -j "$(jobs_at_once)" "$@" || return
  say "Build $preset … $(seconds $(($(now_ms) - started))) s"
}

dev_build() {
  (($# <= 1)) || refuse "build takes one preset: ./dev build dev"
  local preset=${1:-release}
  case $preset in
    release)
      need "${build_packages[@]}"
      need_node build
      build_targets release parley || fail "the build failed"
      say "build/release/parley is ready"
      ;;
    dev | tsan | fuzz)
      need "${clang_packages[@]}"
      need_node build
      build_targets "$preset" || fail "the build failed"
      say "build/$preset is ready"
      ;;
    *) refuse "there is no preset \"$preset\"; there are release, dev, tsan and fuzz" ;;
  esac
}
