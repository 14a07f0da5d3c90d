# ./dev run: from nothing to the first answer. Sourced by dev.
# shellcheck shell=bash

parley=build/release/parley
demo_folder=data
demo_store=sqlite:$demo_folder
demo_account=1
demo_conversations=20000
demo_key_file=$demo_folder/demo-key
demo_examples_file=$demo_folder/demo-examples
server_log=$demo_folder/server.log
server_pid=

dev_run() {
  (($# <= 1)) || refuse "run takes one port: ./dev run 8081"
  local port=${1:-8080}
  if [[ ! $port =~ ^[0-9]{1,5}$ ]] || ((10#$port > 65535)); then
    refuse "\"$port\" is no port; a port is a number from 0 (any free one) to 65535"
  fi
  need "${run_packages[@]}"
  need_node build
  build_targets release parley || fail "the build failed"
  umask 077
  mkdir -p "$demo_folder"
  [[ -s $demo_key_file ]] || make_demo
  start_server "$port"
  check_demo_key
  print_curl_lines
  wait_for_server
}

# An account with a few hundred days of chats, unless the store has that account already, and a key for it.
make_demo() {
  local accounts
  accounts=$("$parley" account list --store "$demo_store" 2>/dev/null || true)
  if ! grep -qE "(^|[^0-9])$demo_account([^0-9]|\$)" <<<"$accounts"; then
    step demo "Make a demo account with $demo_conversations conversations in ./$demo_folder" \
      "$parley" demo --store "$demo_store" --account "$demo_account" --conversations "$demo_conversations" ||
      fail "the demo account could not be made (build/log/demo.log)"
  fi
  make_demo_key
}

# The key is shown once, so it is kept where only this user reads it.
make_demo_key() {
  local key
  # What it says besides the key (that it is shown once) is for people who call it themselves.
  key=$("$parley" key create --store "$demo_store" --account "$demo_account" --scope chat:read --name "dev run" \
    2>build/log/key.log) || {
    cat build/log/key.log >&2
    fail "the key for the demo account could not be made"
  }
  printf '%s\n' "$key" >"$demo_key_file.new"
  mv "$demo_key_file.new" "$demo_key_file"
  rm -f "$demo_examples_file"
}

# Starts the server, apart from the terminal's signals, and reads its one line: where it listens.
start_server() {
  local line=''
  trap stop_server INT TERM HUP
  trap 'stop_server; exit' EXIT
  rm -f "$demo_folder/.listening"
  mkfifo "$demo_folder/.listening"
  setsid "$parley" serve --store "$demo_store" --listen "127.0.0.1:$1" \
    >"$demo_folder/.listening" 2>"$server_log" </dev/null &
  server_pid=$!
  # Kept open: a server whose reader is gone could not write another line.
  exec {listening}<"$demo_folder/.listening"
  rm -f "$demo_folder/.listening"
  read -r -u "$listening" line || true
  if [[ ! $line =~ (http://[^[:space:]]+) ]]; then
    wait "$server_pid" || true
    server_pid=
    cat "$server_log" >&2
    if port_is_busy "$1"; then
      fail "port $1 is taken by another program; choose another: ./dev run $(($1 % 65535 + 1))"
    fi
    fail "the server did not start; its words are above and in $server_log"
  fi
  base_url=${BASH_REMATCH[1]%/}
}

port_is_busy() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The kept key may be of a store that has gone since: then a new one is made, by the running server.
check_demo_key() {
  demo_key=$(<"$demo_key_file")
  case $(status_of grabAgents) in
    200) ;;
    401)
      make_demo_key
      demo_key=$(<"$demo_key_file")
      [[ $(status_of grabAgents) == 200 ]] ||
        fail "the store in ./$demo_folder has no account $demo_account; move the folder away and start again"
      ;;
    *) fail "the server does not answer as it should; see $server_log" ;;
  esac
}

# status_of METHOD -> the HTTP status
status_of() {
  curl -s -m 20 -o /dev/null -w '%{http_code}' "$base_url/message/$1/$demo_key/$demo_account" || true
}

# ask METHOD [TAIL] -> the body
ask() { curl -sS -m 20 "$base_url/message/$1/$demo_key/$demo_account${2:-}"; }

# first KEY: the first value of this key in the JSON on standard input
first() { grep -oE "\"$1\":\"?[^\",}]+" | head -n 1 | sed -E 's/^[^:]*:"?//' || true; }

# What the lines ask for is chosen once and kept: the second start has nothing to search.
load_examples() {
  if ! read -r agent filter first_day last_day conversation 2>/dev/null <"$demo_examples_file"; then
    choose_examples
    printf '%s\n' "$agent $filter $first_day $last_day $conversation" >"$demo_examples_file"
  fi
}

# Chooses things that exist, from the API itself: the last week with chats, and in it a conversation that has a
# label, a tag and, if there is one among the first forty, a card.
choose_examples() {
  local today rows candidates
  agent=$(ask grabAgents | first agentID)
  filter=$(ask pageFilters | first id)
  today=$(date -u +%F)
  last_day=$(ask listConversations "/2000-01-01/$today" | tail -c 300 | grep -oE '"date":"[0-9-]{10}' | tail -n 1 || true)
  last_day=${last_day#*:\"}
  kill -0 "$server_pid" 2>/dev/null || fail "the server ended while it was asked; see $server_log"
  [[ -n $last_day ]] || fail "the demo account has no conversations; move ./$demo_folder away and start again"
  first_day=$(date -u -d "$last_day - 6 days" +%F)
  rows=$(ask chatStatistics "?startTime=$first_day&endTime=$last_day" | sed 's/{"channel"/\n&/g')
  candidates=$(grep -E '"labels":\["[^{]*"tags":\["' <<<"$rows" | grep -oE '^\{"channel":"V[0-9]+' | head -n 40 || true)
  [[ -n $candidates ]] || candidates=$(grep -oE '^\{"channel":"V[0-9]+' <<<"$rows" | head -n 1 || true)
  conversation=$(with_card "${candidates//'{"channel":"'/}")
}

# with_card CONVERSATIONS: the first of them that has a card, else the first. One curl for all.
with_card() {
  local id urls=()
  for id in $1; do urls+=("$base_url/message/grabVisitorCards/$demo_key/$demo_account/$id"); done
  ((${#urls[@]})) || return 0
  id=$(curl -sS -m 20 "${urls[@]}" | grep -oE '"conversationID":"V[0-9]+' | head -n 1 || true)
  id=${id##*\"}
  printf '%s' "${id:-${1%%[[:space:]]*}}"
}

print_curl_lines() {
  load_examples
  local path="$base_url/message"
  local who="$demo_key/$demo_account"
  local span="startTime=$first_day&endTime=$last_day"
  cat <<TEXT

Parley answers on $base_url (account $demo_account). One line per method, ready to paste:

curl '$path/listConversations/$who/$first_day/$last_day'
curl '$path/grabConversation/$who/$conversation'
curl '$path/grabVisitorInfo/$who/$conversation'
curl '$path/grabVisitorTags/$who/$conversation'
curl '$path/grabVisitorLabels/$who/$conversation'
curl '$path/grabVisitorCards/$who/$conversation'
curl '$path/grabAgent/$who/$agent'
curl '$path/grabAgents/$who'
curl '$path/chatStatistics/$who?$span&agentId=$agent'
curl '$path/chatStatistics/$who?$span&fileType=csv&timezone=Europe/Stockholm'
curl '$path/pageFilters/$who'
curl '$path/listConversations/$who/$first_day/$last_day?pageFilterId=$filter'

$base_url/ says what runs here; $base_url/docs is the reference, with a form to try each method.
The store is in ./$demo_folder, the key in $demo_key_file, the log in $server_log. Ctrl-C stops the server.
TEXT
}

# Stays until the server ends, by itself or because this script was told to stop.
wait_for_server() {
  local status=0
  while [[ -n $server_pid ]] && kill -0 "$server_pid" 2>/dev/null; do
    status=0
    wait "$server_pid" || status=$?
  done
  if [[ -n $server_pid && $status != 0 ]]; then
    server_pid=
    fail "the server ended by itself with status $status; see $server_log"
  fi
}

# Asks the server to finish what it has begun and waits for it.
stop_server() {
  local pid=$server_pid
  [[ -n $pid ]] || return 0
  server_pid=
  printf '\nStopping … '
  kill -TERM "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null; do wait "$pid" || true; done
  say "stopped"
}
