/* SPDX-License-Identifier: MIT */
#include "nss_nonroot/boundary.h"

#include <errno.h>
#include <pthread.h>

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

bool boundary_view(struct identity_view *view)
{
	identity_view_start(view, ROOT_OWN, NULL, NULL);
	view->audience = audience_of_caller(&view->config);
	return view->audience != HEARS_NOTHING;
}
