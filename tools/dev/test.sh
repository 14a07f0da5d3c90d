# ./dev test: builds what the suites need, runs them, and tells how long each took. Sourced by dev.
# shellcheck shell=bash

# The suites of each build: dev runs everything under AddressSanitizer and UndefinedBehaviorSanitizer, release the
# suites that treat the program as its users do, tsan those in which threads meet.
declare -A suite_labels=([dev]='.' [release]='^(contract|fault)$' [tsan]='^threaded$')

test_status=0

dev_test() {
  local pattern started broken=()
  pattern=$(name_pattern "$@")
  started=$(now_ms)
  need "${test_packages[@]}"
  need_node
  set_sanitizer_options
  rm -rf build/results
  mkdir -p build/results
  for preset in dev release tsan; do
    test_preset "$preset" "$pattern" || broken+=("$preset")
  done
  say ""
  say "All of it took $(seconds $(($(now_ms) - started))) s."
  tools/suite_report build/results "${broken[@]/#/--broken=build/}" || test_status=$?
  exit "$test_status"
}

# NAME… -> one expression for ctest: suites whose name begins with any of them.
name_pattern() {
  local name joined=
  for name in "$@"; do
    [[ $name =~ ^[a-z0-9_/.-]+$ ]] || refuse "\"$name\" is no suite name; ./dev test unit/store contract"
    joined+="${joined:+|}${name//./\\.}"
  done
  printf '^(%s)' "$joined"
}

set_sanitizer_options() {
  local symbolizer=/usr/lib/llvm-19/bin/llvm-symbolizer
  export ASAN_OPTIONS="external_symbolizer_path=$symbolizer:detect_stack_use_after_return=1:strict_string_checks=1"
  export UBSAN_OPTIONS="external_symbolizer_path=$symbolizer:print_stacktrace=1"
  export TSAN_OPTIONS="external_symbolizer_path=$symbolizer:second_deadlock_stack=1"
}

# test_preset PRESET PATTERN: fails when the build does, but only after running what there is: a suite that could not
# be built then fails by name. What the suites say is in build/results.
test_preset() {
  local preset=$1 pattern=$2 suites targets built=0
  step "configure-$preset" "Configure $preset" cmake --preset "$preset" || return
  suites=$(suites_of "$preset" "$pattern")
  [[ -n $suites ]] || return 0
  mapfile -t targets < <(targets_of "$preset" "$pattern" "$suites")
  if ((${#targets[@]})); then
    build_targets "$preset" -k 0 "${targets[@]}" || built=1
  fi
  if grep -q '^contract' <<<"$suites"; then need_spreadsheet; fi
  if grep -q '^pages' <<<"$suites"; then need "${browser_packages[@]}"; fi
  # A failing suite is counted by the report, from the file that ctest writes.
  ctest --test-dir "build/$preset" -L "${suite_labels[$preset]}" -R "$pattern" -j "$(nproc)" --output-on-failure \
    --no-tests=error --output-junit "$PWD/build/results/$preset.xml" \
    --test-output-size-passed 4000000 --test-output-size-failed 4000000 || true
  [[ -s build/results/$preset.xml ]] && ((built == 0))
}

suites_of() {
  ctest --test-dir "build/$1" -N -L "${suite_labels[$1]}" -R "$2" | sed -nE 's/^ *Test +#[0-9]+: +//p'
}

# targets_of PRESET PATTERN SUITES: what has to be built for these suites. Everything of dev when all suites are
# asked for, so that what has no test is compiled with Clang too.
targets_of() {
  local suite
  if [[ $1 == dev && $2 == '^()' ]]; then
    printf '%s\n' all
    return
  fi
  while read -r suite; do
    case $suite in
      unit/*) printf '%s\n' "${suite#unit/}_test" ;;
      fuzz/*) printf '%s\n' "${suite#fuzz/}_fuzz" ;;
      fault/units) printf '%s\n' fault_test parley ;;
      contract* | model* | fault* | pages*) printf '%s\n' parley ;;
      lint/* | statements) ;;
      *) fail "tools/dev/test.sh does not know what suite $suite is built from" ;;
    esac
  done <<<"$3" | sort -u
}

# The one suite that reads our CSV with a real spreadsheet. Any soffice will do.
need_spreadsheet() {
  command -v soffice >/dev/null || need "${spreadsheet_packages[@]}"
}
