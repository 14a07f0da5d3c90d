# ./dev fuzz: libFuzzer on each target, from the corpus that the tests replay. Sourced by dev.
# shellcheck shell=bash

# The parsers whose lines the kept corpus has to reach, by target.
declare -A fuzzed_files=([cursor]=src/api/cursor.cpp [request]=src/http/request_parser.cpp [time]=src/base/time.cpp)
fuzzed_percent=90

dev_fuzz() {
  local time=${1:-} target status=0 wanted=("${@:2}")
  if [[ $time == coverage ]]; then
    fuzz_coverage
    return
  fi
  [[ $time =~ ^[1-9][0-9]*$ ]] || refuse "fuzz takes the seconds for each target, or coverage: ./dev fuzz 60"
  need "${clang_packages[@]}"
  need_node build
  if ((${#wanted[@]} == 0)); then
    mapfile -t wanted < <(fuzz_targets)
  fi
  ((${#wanted[@]})) || fail "there are no fuzz targets (tests/fuzz/*_fuzz.cpp)"
  for target in "${wanted[@]}"; do
    [[ -f tests/fuzz/${target}_fuzz.cpp ]] || refuse "there is no fuzz target \"$target\"; there are: $(fuzz_targets | xargs)"
  done
  build_targets fuzz "${wanted[@]/%/_fuzz}" || fail "the build failed"
  set_sanitizer_options
  for target in "${wanted[@]}"; do
    fuzz_one "$target" "$time" || status=1
  done
  ((status == 0)) || fail "fuzzing found something; the inputs are in build/fuzz/findings, the traces in build/log"
  say "Nothing found."
}

fuzz_targets() {
  local file
  for file in tests/fuzz/*_fuzz.cpp; do
    [[ -e $file ]] || continue
    file=${file##*/}
    printf '%s\n' "${file%_fuzz.cpp}"
  done
}

# New inputs are kept in build/fuzz/corpus; what is worth replaying in the tests is copied to tests/fuzz/corpus by hand.
fuzz_one() {
  local target=$1 corpus=(build/fuzz/corpus/"$1")
  mkdir -p "${corpus[0]}" build/fuzz/findings
  [[ -d tests/fuzz/corpus/$target ]] && corpus+=("tests/fuzz/corpus/$target")
  step "fuzz-$target" "Fuzz $target for $2 s" "build/fuzz/tests/${target}_fuzz" -max_total_time="$2" -timeout=20 \
    -rss_limit_mb=3000 -print_final_stats=1 -artifact_prefix="build/fuzz/findings/$target-" "${corpus[@]}"
}

# Replays the corpus that the tests replay and says how many of each parser's lines it reaches.
fuzz_coverage() {
  local target file percent status=0 targets
  need "${clang_packages[@]}"
  need_node build
  mapfile -t targets < <(printf '%s\n' "${!fuzzed_files[@]}" | sort)
  build_targets coverage "${targets[@]/%/_fuzz}" || fail "the build failed"
  for target in "${targets[@]}"; do
    file=${fuzzed_files[$target]}
    percent=$(covered_percent "$target" "$file") || fail "the lines that $target reaches could not be counted"
    say "$file: $percent % of its lines, by tests/fuzz/corpus/$target"
    ((${percent%.*} >= fuzzed_percent)) || status=1
  done
  ((status == 0)) || fail "at least $fuzzed_percent % is wanted of each: add inputs to tests/fuzz/corpus"
}

covered_percent() {
  local program=build/coverage/tests/$1_fuzz profile=build/coverage/$1
  LLVM_PROFILE_FILE=$profile.profraw "$program" "tests/fuzz/corpus/$1" >/dev/null 2>&1 || return
  llvm-profdata-19 merge -sparse "$profile.profraw" -o "$profile.profdata" || return
  llvm-cov-19 export -summary-only -instr-profile "$profile.profdata" "$program" "$2" |
    tools/node -e 'let text = ""; process.stdin.on("data", (part) => { text += part; }).on("end", () => {
      console.log(JSON.parse(text).data[0].totals.lines.percent.toFixed(1)); });'
}
