#!/bin/sh
# Makes .venv hold exactly what requirements/<family>.txt locks (demo or test). A stamp named by the
# lock's hash makes the second run instant; it is written last, so an interrupted run is redone.
set -u
family=$1
lock="requirements/$family.txt"

python=$(sh scripts/prerequis.sh) || exit 1
hash_of() { "$python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest()[:16])' "$1"; }

works() { .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
stamp=".venv/cariatide-$family-$(hash_of "$lock")"
# What the tests need includes what the demonstration needs.
larger=".venv/cariatide-test-$(hash_of requirements/test.txt)"
if works && { [ -e "$stamp" ] || { [ "$family" = demo ] && [ -e "$larger" ]; }; }; then
    exit 0
fi

if [ -e .venv ] && [ ! -w .venv ]; then
    echo "Le dossier .venv appartient à un autre compte : supprimez-le, puis relancez la commande." >&2
    exit 1
fi
if ! works; then
    echo "Création de l’environnement Python (.venv)…"
    rm -rf .venv
    "$python" -m venv .venv || {
        echo "L’environnement Python n’a pas pu être créé dans .venv." >&2
        exit 1
    }
fi
echo "Installation des bibliothèques ($lock)…"
rm -f .venv/cariatide-"$family"-*
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
    --require-hashes -r "$lock" || {
    echo "Les bibliothèques n’ont pas pu être installées : vérifiez l’accès au dépôt de paquets Python (ou le mandataire), puis relancez la commande." >&2
    exit 1
}
: >"$stamp"
