/* SPDX-License-Identifier: MIT */
#include "nss_nonroot/boundary.h"

#include <errno.h>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

void boundary_enter(struct boundary *boundary)
{
	boundary->saved_errno = errno;
	pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &boundary->cancel_type);
}

enum nss_status boundary_leave(const struct boundary *boundary, int result, int *errnop)
{
	pthread_setcanceltype(boundary->cancel_type, NULL);
	errno = boundary->saved_errno;
	switch (result) {
	case 0:
		return NSS_STATUS_SUCCESS;
	case -ERANGE:
	case -ENOMEM:
		*errnop = -result;
		return NSS_STATUS_TRYAGAIN;
	default:
		*errnop = ENOENT;
		return NSS_STATUS_NOTFOUND;
	}
}

/*
 * getuid(3) of libc, which fakeroot(1) may answer: its scripts are root's. Not in a set-user-ID
 * program: whoever starts that gives it its name.
 */
static bool caller_is_root(void)
{
	return getuid() == 0 && getauxval(AT_SECURE) == 0;
}

bool boundary_view(struct identity_view *view)
{
	char program[PROGRAM_SIZE];
	bool root = caller_is_root();
	bool named = root && syscall(SYS_prctl, PR_GET_NAME, program, 0, 0, 0) == 0;

	identity_view_start(view, ROOT_OWN, NULL, NULL);
	view->audience = audience_of(&view->config, root, named ? program : NULL);
	return view->audience != HEARS_NOTHING;
}
