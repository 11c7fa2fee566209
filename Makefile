# Two commands for a newcomer: make run, make test.
PORT ?= 8000
DEMO ?= 1
PYTEST_WORKERS ?= 2
VENV := .venv/bin

.PHONY: run test prove check bench lock messages format

run: export PORT := $(PORT)
run: export DEMO := $(DEMO)
run:  ## the whole system at http://127.0.0.1:$(PORT), with demonstration data if it is empty
	@deploy/prepare run
	@$(VENV)/python -m evaluation.site.bootstrap
	@[ "$(DEMO)" = 0 ] || $(VENV)/python manage.py demo all
	@exec $(VENV)/python manage.py run --port $(PORT)

test:  ## the suite
	@deploy/prepare dev
	$(VENV)/python -m pytest -n $(PYTEST_WORKERS) --dist loadgroup

prove:  ## the long campaigns: races, kills, coverage simulations, tampering
	@deploy/prepare dev
	$(VENV)/python -m pytest -m prove -n $(PYTEST_WORKERS) --dist loadgroup --durations=10

check:  ## format, lint, types, import contracts, templates, migrations, translations
	@deploy/prepare dev
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/lint-imports --no-cache
	$(VENV)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	$(VENV)/djlint --lint --quiet templates
	DJANGO_SETTINGS_MODULE=evaluation.site.settings_test $(VENV)/python manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=evaluation.site.settings_test $(VENV)/python manage.py check --fail-level WARNING
	$(VENV)/python -m tests.translations
	DJANGO_SETTINGS_MODULE=evaluation.site.settings_test $(VENV)/mypy

bench:  ## every figure of the bars, as ratios in one run, to var/bench.json
	@deploy/prepare dev
	$(VENV)/python -m tests.bench

format:
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .
	$(VENV)/djade --target-version 5.2 $$(git ls-files 'templates/*.html')

lock:  ## resolve the pins again
	$(VENV)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 requirements.in -o requirements.txt
	$(VENV)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 requirements-dev.in -o requirements-dev.txt

messages:  ## collect the texts to translate and compile them (needs gettext)
	$(VENV)/python -m tests.translations --collect
