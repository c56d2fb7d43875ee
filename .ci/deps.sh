# deps.sh PACKAGE...: installs the Debian packages that are missing; elsewhere says what is needed.
set -u
missing=
if command -v dpkg-query >/dev/null 2>&1; then
  for p in "$@"; do
    case $(dpkg-query -W -f='${Status}' "$p" 2>/dev/null) in
      'install ok installed') ;;
      *) missing="$missing $p" ;;
    esac
  done
  [ -z "$missing" ] && { echo 'deps: everything is installed'; exit 0; }
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo 'deps: this is not a Debian system; please install (names may differ slightly):'
  echo '  a C compiler (gcc or clang), a C++ compiler for one test, make, flex, bison, pkg-config,'
  echo '  FFTW 3 (double and single precision), CBLAS, CUnit; optional: libsndfile, libpng, liblbfgs, graphviz,'
  echo '  clang-format and clang-tidy (make lint).'
  echo '  Fedora: dnf install gcc gcc-c++ clang flex bison pkgconf fftw-devel blas-devel CUnit-devel libsndfile-devel libpng-devel liblbfgs-devel graphviz clang-tools-extra'
  echo '  Arch:   pacman -S gcc clang flex bison pkgconf fftw cblas cunit libsndfile libpng graphviz'
  pkg-config --exists fftw3 fftw3f cunit 2>/dev/null && command -v flex >/dev/null && command -v bison >/dev/null && exit 0
  exit 1
fi
root=
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "deps: not root and no sudo; as root run: apt-get install -y$missing"; exit 1; }
  root=sudo
fi
echo "deps: installing$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
$root apt-get update -qq || echo 'deps: apt-get update failed; trying with the lists at hand'
# shellcheck disable=SC2086
$root apt-get install -y --no-install-recommends $missing >/dev/null || { echo "deps: apt-get could not install:$missing"; exit 1; }
echo 'deps: done'
