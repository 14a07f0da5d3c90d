# ./dev lint: the same checks as the suites lint/* of ./dev test, and clang-tidy. Sourced by dev.
# shellcheck shell=bash

dev_lint() {
  local all='' check status=0
  case $* in
    '') ;;
    --all) all=1 ;;
    *) refuse "lint takes --all or nothing" ;;
  esac
  need "${lint_packages[@]}"
  need_node
  for check in check_format check_floors check_docs check_shell check_openapi negative_controls; do
    step "lint-$check" "tools/$check" "tools/$check" || status=1
  done
  run_tidy "$all" || status=1
  ((status == 0)) || fail "lint found something; what it found is above and in build/log"
  say "Lint is clean."
}

# Clang-tidy takes seconds per file, so it reads the files that differ from the last commit unless asked for all.
run_tidy() {
  local files=()
  if [[ -n $1 ]]; then
    mapfile -t files < <(git ls-files 'src/*.cpp')
  else
    mapfile -t files < <({ git diff --name-only --diff-filter=d HEAD; git ls-files -o --exclude-standard; } |
      grep -E '^src/.*\.cpp$' | sort -u)
  fi
  ((${#files[@]})) || return 0
  configure dev || return
  step lint-tidy "clang-tidy (${#files[@]} files)" \
    xargs -a <(printf '%s\n' "${files[@]}") -P "$(nproc)" -n 1 \
    clang-tidy-19 -p build/dev --quiet --warnings-as-errors='*'
}
