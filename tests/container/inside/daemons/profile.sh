# shellcheck shell=sh disable=SC1091
# The packages $1 and $2 come and go: run in an image without them.
. /inside/probe.sh
export DEBIAN_FRONTEND=noninteractive
nss=$1 pam=$2

as_before() {
	diff -r /run/before/pam.d /etc/pam.d
	diff -r /run/before/pam /var/lib/pam
	stat -c '%n %U:%G %a' /etc/pam.d/* | diff /run/before/modes -
}
active() { grep pam_nonroot /etc/pam.d/*; }

keep() {
	rm -rf /run/before
	mkdir /run/before
	cp -a /etc/pam.d /var/lib/pam /run/before
	stat -c '%n %U:%G %a' /etc/pam.d/* >/run/before/modes
}

keep
probe install dpkg --install "$nss" "$pam"
probe active active
cp -a /etc/pam.d /run/before/installed
probe reinstall dpkg --install "$pam"
probe after-reinstall diff -r /run/before/installed /etc/pam.d
probe remove dpkg --remove libpam-nonroot
probe after-remove as_before
probe again dpkg --install "$pam"
probe active-again diff -r /run/before/installed /etc/pam.d
probe purge dpkg --purge libpam-nonroot
probe after-purge as_before

# Before, in and after what pam-auth-update calls its own.
sed -i -e '1i # The administrator was here.' -e 's/pam_unix.so *$/pam_unix.so quiet/' /etc/pam.d/common-session
echo 'session optional pam_umask.so umask=027' >>/etc/pam.d/common-session
echo 'auth optional pam_faildelay.so delay=1' >>/etc/pam.d/common-auth
keep
probe edited-install dpkg --install "$pam"
probe edited-active active
probe edited-remove dpkg --remove libpam-nonroot
probe edited-after-remove as_before
