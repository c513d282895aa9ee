#!/bin/sh
# Installs what Python packages cannot bring: on Debian and Ubuntu with apt-get, on macOS with
# Homebrew. Installs nothing that is already there.
#
#   deploy/system-packages.sh           for the pipeline
#   deploy/system-packages.sh --tests   for its tests as well
#   deploy/system-packages.sh --more-latex   with the LaTeX packages that scripts load themselves
#
# libcairo2-dev, libpango1.0-dev, pkg-config, a C compiler: two of Manim's parts, pycairo and
# manimpango, are compiled here. texlive-latex-base, dvisvgm (240 MB): formulas. fonts-dejavu-core:
# text.
# fonts-liberation (2 MB), fonts-wqy-microhei (5 MB), fonts-symbola (3 MB): what scripts call
# Arial, Times or Courier; Chinese, Japanese and Korean; signs and emoji, as outlines. None of them
# is taken where DejaVu has the letters.
# chromium: the tests watch a video with it. redis-server: they hand steps to workers by it.
# pgbouncer: they reach Postgres through it. Of both, Debian also starts a service of this machine.
# With --more-latex (some 350 MB more): mathtools, physics, siunitx, stmaryrd, tikz and others, for
# scripts with a TeX preamble of their own. Of what they load, dsfont and bbm alone are in
# texlive-fonts-extra (1.4 GB), which is left to you.
set -eu

PYTHON=${PYTHON:-python3}
tests=no
more_latex=no
for option in "$@"; do
    case $option in
    --tests) tests=yes ;;
    --more-latex) more_latex=yes ;;
    *) echo "$option is no option of this program: --tests, --more-latex" >&2 && exit 2 ;;
    esac
done

fail() {
    echo "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

with_apt() {
    wanted="libcairo2-dev libpango1.0-dev pkg-config gcc libc6-dev texlive-latex-base dvisvgm"
    wanted="$wanted fontconfig fonts-dejavu-core fonts-liberation"
    wanted="$wanted fonts-wqy-microhei fonts-symbola"
    command -v "$PYTHON" >/dev/null || wanted="$wanted python3"
    "$PYTHON" -c 'import ensurepip' 2>/dev/null || wanted="$wanted python3-venv"
    "$PYTHON" - 2>/dev/null <<'PY' || wanted="$wanted python3-dev"
import pathlib, sys, sysconfig
sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists())
PY
    if [ $more_latex = yes ]; then
        wanted="$wanted texlive-latex-recommended texlive-latex-extra texlive-fonts-recommended"
        wanted="$wanted texlive-science texlive-pictures lmodern tipa cm-super-minimal"
    fi
    [ $tests = yes ] && wanted="$wanted redis-server pgbouncer"
    # Ubuntu's chromium is a snap, which needs a running desktop system: Playwright's is used there.
    if [ $tests = yes ] && ! grep -qi '^ID=ubuntu' /etc/os-release; then
        wanted="$wanted chromium"
    fi
    missing=""
    for package in $wanted; do
        is_installed "$package" || missing="$missing $package"
    done
    [ -z "$missing" ] && return
    echo "Installing system packages:$missing"
    as_root apt-get -qq update
    # shellcheck disable=SC2086 # a list of words
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install --yes --no-install-recommends $missing >/dev/null
}

with_brew() {
    missing=""
    for formula in cairo pango pkgconf; do
        brew list --formula "$formula" >/dev/null 2>&1 || missing="$missing $formula"
    done
    if [ $tests = yes ]; then
        command -v redis-server >/dev/null || missing="$missing redis"
        command -v pgbouncer >/dev/null || missing="$missing pgbouncer"
    fi
    # Any TeX that has latex and dvisvgm will do, such as MacTeX.
    if ! command -v latex >/dev/null || ! command -v dvisvgm >/dev/null; then
        missing="$missing texlive"
    fi
    [ -z "$missing" ] && return
    echo "Installing with Homebrew:$missing"
    # shellcheck disable=SC2086 # a list of words
    brew install --quiet $missing
}

if command -v apt-get >/dev/null; then
    with_apt
elif command -v brew >/dev/null; then
    with_brew
else
    fail "Neither apt-get nor brew is here. Install cairo, pango (with headers), pkg-config, a C
compiler, latex and dvisvgm in your system's own way, then: make install SYSTEM_PACKAGES=true"
fi

"$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' ||
    fail "arxiviz needs Python 3.11, 3.12 or 3.13, and $PYTHON is $("$PYTHON" -V). \
Name another: make install PYTHON=python3.12"
