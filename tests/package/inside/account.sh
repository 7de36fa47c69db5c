# shellcheck shell=sh disable=SC1091
# Runs the script $1, and prints what it changed in the files that hold accounts: run by
# tests/package/test_accounts.py.
mkdir /tmp/before
cd /etc || exit
cp passwd group gshadow subuid subgid /tmp/before
# Errors apart: in one stream their order would be chance.
sh -ec "$1" 2>/tmp/errors
status=$?
cat /tmp/errors
for file in passwd group gshadow subuid subgid; do
	diff "/tmp/before/$file" "$file" | sed -n "s/^[<>]/$file: &/p"
done
echo "status $status"
