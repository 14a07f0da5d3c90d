# What the commands need from Debian and from npm, and how it gets onto the machine. Sourced by dev.
# shellcheck shell=bash

# docs/DEPENDENCIES.md says what each one is for.
libraries=(libboost1.81-dev libsqlite3-dev libsimdjson-dev libspdlog-dev libfmt-dev libre2-dev zlib1g-dev
  libzstd-dev libssl-dev libcli11-dev libhowardhinnant-date-dev libxlsxwriter-dev libpq-dev libgtest-dev)
build_packages=(g++ cmake ninja-build ccache pkg-config tzdata "${libraries[@]}")
run_packages=("${build_packages[@]}" curl ca-certificates)
clang_packages=(clang-19 libclang-rt-19-dev lld-19 llvm-19 cmake ninja-build ccache pkg-config tzdata
  "${libraries[@]}")
lint_packages=("${clang_packages[@]}" clang-format-19 clang-tidy-19 shellcheck python3 git ca-certificates)
postgres_packages=(postgresql-15)
test_packages=("${run_packages[@]}" "${lint_packages[@]}" "${postgres_packages[@]}" sqlite3 openssl prometheus)
bench_packages=("${build_packages[@]}" nginx-light wrk curl git util-linux ca-certificates)
spreadsheet_packages=(libreoffice-calc-nogui)
browser_packages=(chromium)

policy=/usr/sbin/policy-rc.d
cluster_policy=/etc/postgresql-common/createcluster.d/parley.conf
policy_mark='# placed by ./dev for the time of an installation'

# need PACKAGE…: installs those that are missing. One dpkg-query when nothing is.
need() {
  local missing
  missing=$(missing_packages "$@")
  [[ -z $missing ]] && return 0
  # shellcheck disable=SC2086 # a list of words
  install_packages $missing
}

missing_packages() {
  local -A installed=()
  local status name
  # dpkg-query's own status is no help: it is 1 as soon as one package is unknown to it.
  # shellcheck disable=SC2016 # the names are dpkg-query's
  while read -r status name; do
    [[ $status == installed ]] && installed[$name]=1
  done < <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  for name in "$@"; do
    [[ -n ${installed[$name]:-} ]] || printf '%s\n' "$name"
  done | sort -u
}

install_packages() {
  command -v apt-get >/dev/null || fail "these Debian packages are missing, and there is no apt-get here: $*"
  if ((EUID == 0)); then
    as_root=()
  else
    command -v sudo >/dev/null || fail "these Debian packages are missing: $*; run this as root, or install sudo"
    as_root=(sudo)
    # Asks for the password now, where it can be seen, not inside a step.
    sudo true || fail "without root these Debian packages stay missing: $*"
  fi
  say "Missing Debian packages: $*"
  mkdir -p build
  # One installation of this tree at a time, so that none takes away the other's policy.
  (
    flock 9
    trap take_policy_away EXIT
    place_policy
    place_cluster_policy "$@"
    step apt-update "Read Debian's package lists" "${as_root[@]}" apt-get update
    step apt-install "Install $# packages" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"
  ) 9>build/.install.lock || fail "the Debian packages could not be installed (build/log/apt-install.log)"
}

# While packages are installed no service is started: Debian asks this file, and 101 means no. A machine that
# has a policy of its own keeps it.
place_policy() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  "${as_root[@]}" sh -c 'set -C; { printf "#!/bin/sh\n%s\nexit 101\n" "$2" >"$1"; } 2>/dev/null && chmod 755 "$1"' \
    sh "$policy" "$policy_mark" || true
}

# Nor is a cluster made beside PostgreSQL, which would begin to serve with the machine's next start: the tests make
# their own (tests/support/postgres). Clusters that are there already stay as they are.
place_cluster_policy() {
  [[ " $* " == *' postgresql-15 '* ]] || return 0
  # shellcheck disable=SC2016 # expanded by the inner shell
  "${as_root[@]}" sh -c 'mkdir -p "${1%/*}" && printf "%s\ncreate_main_cluster = false\n" "$2" >"$1"' \
    sh "$cluster_policy" "$policy_mark" || true
}

take_policy_away() {
  if grep -qsF "$policy_mark" "$policy"; then "${as_root[@]}" rm -f "$policy"; fi
  if [[ -e $cluster_policy ]]; then
    "${as_root[@]}" rm -f "$cluster_policy"
    "${as_root[@]}" rmdir -p --ignore-fail-on-non-empty "${cluster_policy%/*}"
  fi
}

# need_node [build]: the pinned Node and the libraries, exactly as package-lock.json has them; with `build`, only what
# a build needs.
need_node() {
  cmp -s package-lock.json node_modules/.parley-lock && return 0
  local options=() mark=.parley-lock what='the test libraries'
  if [[ ${1:-} == build ]]; then
    mark=.parley-lock-build what='the viewer of the reference'
    cmp -s package-lock.json "node_modules/$mark" && return 0
    options=(--omit=dev)
  fi
  # Debian's npm brings Debian's nodejs, which runs npm and nothing else here.
  command -v npm >/dev/null || need npm ca-certificates
  step npm "Install Node and $what from npm" npm ci "${options[@]}" --no-audit --no-fund ||
    fail "npm could not install what package-lock.json names (build/log/npm.log)"
  tools/node --version >/dev/null || fail "npm ci brought no Node for $(uname -m)"
  cp package-lock.json "node_modules/$mark"
}
