#!/usr/bin/env bash
# Asks a question about a text over HTTP, as a client of RLM Engine would.
#
# Usage: examples/serve.sh [PROGRAM]
# PROGRAM is the binary `rlm`, built with `--features serve`. A scripted model answers; set MODEL to
# a model string such as openai:gpt-5.1 for a real one.
set -euo pipefail
rlm=$(realpath "${1:-target/debug/rlm}")
folder=$(mktemp -d)
cd "$folder"
cat >model.json <<'END'
{
    "script": ["```repl\nmemory['found'] = re.findall(r'\\d-\\d-\\d', context)\nprint(memory['found'])\n```", "```repl\nFINAL(memory['found'][0])\n```"],
    "default_reply": "the vault's"
}
END
export RLM_DATA_DIR=$folder/data

"$rlm" serve --listen 127.0.0.1:0 --model "${MODEL:-fake:model.json}" >url 2>log &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
for _ in $(seq 100); do [ -s url ] && break; sleep 0.1; done
url=$(cat url)
field() { sed -E 's/.*"'"$1"'":"?([^",}]*)"?.*/\1/'; }

echo "== a session about a text"
session=$(curl -sf "$url/api/sessions" -d '{"name": "my-doc", "context": "The vault code is 7-4-1."}' | field session_id)

echo "== a question"
execution=$(curl -sf "$url/api/execute" -d '{"session_id": "'"$session"'", "user_query": "What is the vault code?"}')
echo "$execution" | field result

echo "== the same with its events"
curl -sfN "$url/api/execute/stream" -d '{"session_id": "'"$session"'", "user_query": "And once more?"}' | grep '^event:' | sort | uniq -c

echo "== the tree of the first execution"
curl -sf "$url/api/executions/$(echo "$execution" | field execution_id)/tree" | grep -o '"type":"[a-z]*"' | sort | uniq -c

echo "== statistics"
curl -sf "$url/api/stats" | grep -o '"sessions":[0-9]*'
