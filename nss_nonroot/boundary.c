/* SPDX-License-Identifier: MIT */
#include "boundary.h"

#include <errno.h>
#include <pthread.h>
#include <sys/prctl.h>

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

bool caller_sees_local_only(const struct config *config)
{
	char program[PROGRAM_SIZE];

	return prctl(PR_GET_NAME, program) == 0 && config_hides_from(config, program);
}
