#!/bin/sh
# Fetches the pinned source tarballs of sources.lock into a folder, by a private apt root: apt still
# checks the archive's signature, the machine's own apt set-up is only read, and the archive's
# address is the one that set-up names. Then every file is compared with its pinned SHA-256.
#
#   fetch.sh FOLDER      exit 0: FOLDER holds every tarball and taken.lock, which lists the rows used
set -eu

here=$(cd "$(dirname "$0")" && pwd)
lock=$here/sources.lock
mkdir -p "$1"
folder=$(cd "$1" && pwd)
root=$folder/apt

fail() {
  printf 'cause: %s\n' "$1"
  exit 1
}

rows() {
  grep -v '^#' "$lock" | grep -v '^[[:space:]]*$'
}

# The archive from which the machine's own apt configuration gets this Debian release.
archive() {
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  apt-get indextargets --no-release-info --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' |
    awk -v release="$codename" '$1 == release && $2 == "main" { print $3; exit }'
}

private_apt() {
  apt-get -q -o Dir::State="$root/state" -o Dir::Cache="$root/cache" \
    -o Dir::Etc::sourcelist="$root/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o Acquire::Languages=none -o Acquire::Retries=2 "$@"
}

open_private_root() {
  uri=$(archive)
  [ -n "$uri" ] || fail "the machine's apt configuration names no Debian archive for this release"
  # Only Debian's own keys may vouch for Debian's sources, whatever else the machine trusts.
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -f "$keyring" ] || fail "$keyring is missing: install the package debian-archive-keyring"
  mkdir -p "$root/state/lists/partial" "$root/cache/archives/partial"
  rows | awk '{ print $3 }' | sort -u | while read -r suite; do
    printf 'deb-src [signed-by=%s] %s %s main\n' "$keyring" "$uri" "$suite"
  done >"$root/sources.list"
  # A suite that the archive lacks is no failure yet: another row may serve.
  private_apt update || true
}

is_pinned() {
  printf '%s  %s\n' "$2" "$1" | sha256sum --check --status -
}

# take NAME VERSION SUITE PACKAGE FILE SHA256: 0 when the file is there and is the pinned one.
take() {
  if [ ! -f "$folder/$5" ]; then
    [ -f "$root/sources.list" ] || open_private_root
    # A point release may raise Debian's revision over the same upstream file: the checksum decides.
    (cd "$folder" && private_apt source --download-only --tar-only "$4") ||
      (cd "$folder" && private_apt source --download-only --tar-only "${4%%=*}/$3") || return 1
    [ -f "$folder/$5" ] || return 1
  fi
  if ! is_pinned "$folder/$5" "$6"; then
    rm -f "$folder/$5"
    fail "checksum mismatch: $5 is not the file pinned in host/deps/sources.lock; it was removed"
  fi
}

rm -rf "$root" "$folder/taken.lock" "$folder/taken.partial"
taken=''
rows >"$folder/rows"
while read -r name version suite package file sha256; do
  case " $taken " in *" $name "*) continue ;; esac
  if take "$name" "$version" "$suite" "$package" "$file" "$sha256"; then
    taken="$taken $name"
    printf '%s %s %s %s %s %s\n' "$name" "$version" "$suite" "$package" "$file" "$sha256" \
      >>"$folder/taken.partial"
    printf 'have %s %s (%s)\n' "$name" "$version" "$suite"
    best=$(awk -v name="$name" '$1 == name { print $2; exit }' "$folder/rows")
    if [ "$version" != "$best" ]; then
      printf 'older: the Debian archive has no %s %s; taking the older %s\n' "$name" "$best" "$version"
    fi
  fi
done <"$folder/rows"

for name in $(awk '{ print $1 }' "$folder/rows" | sort -u); do
  case " $taken " in
  *" $name "*) ;;
  *)
    fail "no network, or the Debian archive does not have the pinned source of $name"
    ;;
  esac
done
mv "$folder/taken.partial" "$folder/taken.lock"
rm -rf "$root" "$folder/rows"
