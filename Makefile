# Every command checks what it needs first and says, in French, the one command that installs it.
# Paths are relative on purpose: the checkout may lie in a folder whose name has spaces.
.POSIX:
.SUFFIXES:
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check bench epreuves stop reset environnement-demo environnement-test

PORT = 8000
PYTEST_ARGS =
EPREUVES_ARGS =
PYTHON = .venv/bin/python
SUPERVISEUR = $(PYTHON) -m cariatide.socle.superviseur

help:
	@echo 'make demo [PORT=8000]  démarre la démonstration et affiche son adresse et ses comptes'
	@echo 'make stop              arrête la démonstration ; ses données sont conservées'
	@echo 'make reset             arrête la démonstration et supprime ses données'
	@echo 'make test              lance les tests (REQUIRE_BROWSER=1 : exige un navigateur)'
	@echo 'make check             contrôle le style, les types, les couches, les migrations, les tailles'
	@echo 'make bench             lance les mesures de performance'
	@echo 'make epreuves          pannes et concurrence, chiffrées (EPREUVES_ARGS=--long, --mutations, --relances)'

environnement-demo:
	@sh scripts/environnement.sh demo

environnement-test:
	@sh scripts/environnement.sh test

# « exec »: the supervisor must be make's own child, to notice that make was killed.
demo: environnement-demo
	@exec $(SUPERVISEUR) demo --port '$(PORT)' --suit-parent

stop:
	@if [ -x $(PYTHON) ]; then $(SUPERVISEUR) stop; else echo 'Aucune démonstration ne tourne.'; fi

reset: environnement-demo
	@$(SUPERVISEUR) reset

test: environnement-test
	@$(PYTHON) -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

check: environnement-test
	@$(PYTHON) scripts/controle.py

bench: environnement-test
	@$(PYTHON) -m bench

epreuves: environnement-test
	@$(PYTHON) -m epreuves $(EPREUVES_ARGS)
