#!/bin/sh
# Says what this machine lacks for Cariatide, with the one command that installs it, or prints the
# name of the Python to use. Exit 1 when something is missing.
set -u

if [ "$(id -u)" = 0 ]; then sudo=''; else sudo='sudo '; fi
if command -v apt-get >/dev/null 2>&1; then
    install="${sudo}apt install"; python_packages='python3 python3-venv'
elif command -v dnf >/dev/null 2>&1; then
    install="${sudo}dnf install"; python_packages='python3'
elif command -v pacman >/dev/null 2>&1; then
    install="${sudo}pacman -S"; python_packages='python'
elif command -v brew >/dev/null 2>&1; then
    install='brew install'; python_packages='python@3.13'
else
    install='Installez'; python_packages='Python 3.11 ou plus récent'
fi

refuse() {
    printf '%s\nCommande : %s\n' "$1" "$2" >&2
    exit 1
}

command -v make >/dev/null 2>&1 \
    || refuse 'Il manque « make », qui lance les commandes de Cariatide.' "$install make"

python=''
for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null 2>&1 \
        && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        python=$name
        break
    fi
done
[ -n "$python" ] \
    || refuse 'Il manque Python 3.11 ou plus récent.' "$install $python_packages"

# Debian ships the interpreter without ensurepip: « venv » then fails half-way.
"$python" -c 'import venv, ensurepip' >/dev/null 2>&1 \
    || refuse 'Il manque le module « venv » de Python.' "$install python3-venv"

printf '%s\n' "$python"
