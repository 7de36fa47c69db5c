/* SPDX-License-Identifier: MIT */
#include "cmd/exec/capabilities.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct capabilities {
	struct __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3];
};

static int capabilities_read(struct capabilities *capabilities)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capget, &header, capabilities->words) < 0 ? -errno : 0;
}

/* Is one permitted that is not ambient? The kernel's own rule for AT_SECURE, capabilities(7). */
static bool capability_gained(void)
{
	struct capabilities capabilities;

	if (capabilities_read(&capabilities) < 0)
		return true;
	for (int bit = 0; bit < 32 * _LINUX_CAPABILITY_U32S_3; bit++) {
		uint32_t word = capabilities.words[bit / 32].permitted;

		if ((word & (UINT32_C(1) << (bit % 32))) &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, bit, 0, 0) != 1)
			return true;
	}
	return false;
}

bool privilege_gained(void)
{
	if (getauxval(AT_SECURE) == 0)
		return false;
	return getuid() != geteuid() || getgid() != getegid() ||
	       (getuid() != 0 && capability_gained());
}

int privilege_drop(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct capabilities capabilities = { 0 };

	/* EINVAL: a kernel without ambient capabilities. */
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
		return -errno;
	if (syscall(SYS_capset, &header, capabilities.words) < 0 ||
	    capabilities_read(&capabilities) < 0)
		return -errno;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		if (capabilities.words[i].permitted != 0 || capabilities.words[i].inheritable != 0)
			return -EPERM;
	return 0;
}
