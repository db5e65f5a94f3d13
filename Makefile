# One file of developer commands. `make demo` and `make test` work in a fresh clone.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: demo test slow compiled gates fleet faults schedules changes fuzz check docs audit lock bench wheel clean

# The environment is made once, from pinned versions, and again when the pins change: first what
# the program needs, then, for the tests and checks, the rest.
PIP = $(BIN)/python -m pip install --disable-pip-version-check --require-hashes

$(BIN)/.run-ready: requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "waggle needs Python 3.11 or later: make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --requirement requirements/run.txt
	@touch $@

$(BIN)/.ready: requirements/dev.txt $(BIN)/.run-ready
	$(PIP) --quiet --requirement requirements/dev.txt
	@touch $@

# The main job on the sample service: rejected, then accepted. ROOT=path: a report on your own.
demo: $(BIN)/.run-ready
	@$(BIN)/python -m tests.demo $(if $(ROOT),--root "$(ROOT)") $(if $(TASK),--task "$(TASK)")

test: compiled
	$(BIN)/python -m pytest -q -n auto

# The tests start the program thousands of times, and some environments let no start keep bytecode.
compiled: $(BIN)/.ready
	@$(BIN)/python -m compileall -q cli.py launch.py sessions workers

# What needs more than Python, or minutes (which snapshots are unused only `make test` can tell),
# what is `alone` after the rest; then the properties, with inputs at random or of a SEED.
# SHARE=0.25: that part of the cases of each slow test, chosen by SEED.
SLOW = $(BIN)/python -m pytest -q --snapshot-warn-unused $(if $(SHARE),--share $(SHARE) --seed $(or $(SEED),1))
slow: compiled
	$(SLOW) -n auto -m "slow and not alone and not fleet"
	$(SLOW) -m "slow and alone and not fleet"
	$(BIN)/python -m pytest -q -n auto -m "hypothesis and not slow" --hypothesis-profile random $(if $(SEED),--hypothesis-seed $(SEED))

# Every command killed, starved and cut off at every point, then raced: some 15 minutes; strace.
# MINUTES: a sample that fits, chosen by SEED.
gates: compiled
	$(BIN)/python -m tests.gates $(if $(MINUTES),--minutes $(MINUTES) --seed $(or $(SEED),1))

# A fleet on PostgreSQL: each fault once, then faults at random, SCHEDULES of them from SEED on, or as
# many as begin in MINUTES; LENGTH=--full-length: leases of 15 s, partitions of 60. WITHOUT=fence, or
# another of tests/fleet/safeguards.py: whether they notice.
fleet: faults schedules

faults: compiled
	$(SLOW) -m fleet

schedules: compiled
	$(BIN)/python -m tests.fleet --seed $(or $(SEED),1) $(if $(SCHEDULES),--schedules $(SCHEDULES)) $(if $(MINUTES),--minutes $(MINUTES)) $(LENGTH) $(if $(WITHOUT),--without $(WITHOUT))

# Reports on changes, false and honest, on real repositories: some 20 minutes. KIND, ONLY: words.
changes: compiled
	$(BIN)/python -m benchmarks.changes --kind "$(KIND)" --only "$(ONLY)"

# Honest reports changed at random, by their structure, and judged: some 25 minutes. CASES, SEED.
fuzz: compiled
	$(BIN)/python -m tests.fuzz --cases $(or $(CASES),20000) --seed $(or $(SEED),1) $(if $(SECONDS),--seconds $(SECONDS))

check: $(BIN)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m cogapp --check README.md docs/*.md

# Writes what is generated: the schema, README's generated parts, its pictures.
docs: $(BIN)/.ready .venv-release/.ready
	$(BIN)/python -m tests.generate
	$(BIN)/python -m cogapp -r README.md docs/*.md
	.venv-release/bin/python -m tests.supply_chain sbom $(BIN)/python

# Known vulnerabilities of what is pinned, where a service can be asked.
audit: .venv-release/.ready
	.venv-release/bin/python -m tests.supply_chain audit

.venv-release/.ready: requirements/release.txt
	$(PYTHON) -m venv .venv-release
	.venv-release/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/release.txt
	@touch $@

# Takes the newest versions that pyproject.toml allows, with the digests of their files; needs uv.
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade
lock:
	$(LOCK) pyproject.toml -o requirements/run.txt
	$(LOCK) pyproject.toml --group dev -o requirements/dev.txt
	$(LOCK) --group release -o requirements/release.txt

bench: $(BIN)/.ready
	$(BIN)/python -m benchmarks.start
	$(BIN)/python -m benchmarks.agents
	$(BIN)/python -m benchmarks.citations
	$(BIN)/python -m benchmarks.reports
	$(BIN)/python -m benchmarks.survey
	$(BIN)/python -m benchmarks.calibration
	$(BIN)/python -m benchmarks.changes
	$(BIN)/python -m benchmarks.large_session
	$(BIN)/python -m benchmarks.serve
	$(BIN)/python -m benchmarks.proofs
	$(BIN)/python -m benchmarks.bases
	$(BIN)/python -m benchmarks.fleet

wheel: $(BIN)/.ready
	$(BIN)/python -m hatchling build -t wheel

clean:
	rm -rf .venv .venv-release dist
