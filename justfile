# Plain cargo works too; these are the usual groups.

# what is here
default:
    @just --list

# types and lints, all targets
check:
    cargo clippy --all-targets --release

# the everyday tests
test:
    cargo test --release

# the slow tests as well: statistics, guards, the plain twin
verify: test
    cargo test --release -- --ignored slow

# accept moved results: snapshots, golden numbers, generated files; then read the diff before committing it
bless:
    SULH_BLESS=1 cargo test --release
    git diff --stat

# how long things take
bench:
    cargo bench

# instructions of fixed workloads against the baseline: what .ci/run asks
instructions:
    .ci/instructions

# accept other counts of instructions as the baseline: just bless-instructions "why"
bless-instructions reason:
    .ci/instructions --bless "{{reason}}"

# every guard with its figure, and the figure of its broken variant
guards:
    .ci/guards
