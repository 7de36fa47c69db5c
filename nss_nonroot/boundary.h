/* SPDX-License-Identifier: MIT */
/*
 * The one boundary between the rules and glibc: what holds around every call, and what an errno
 * becomes.
 */
#ifndef NSS_NONROOT_BOUNDARY_H
#define NSS_NONROOT_BOUNDARY_H

#include <nss.h>

#include "identity/identity.h"

struct boundary {
	int saved_errno;
	int cancel_type;
};

/*
 * Enters: keeps errno and puts off asynchronous cancellation, which would leak a descriptor; there
 * is no cancellation point on the way for the other kind. Nothing else of the caller's is touched.
 */
void boundary_enter(struct boundary *boundary);

/*
 * Leaves with the status for a result of the rules; *errnop is written last, for it is errno.
 *
 *	0         SUCCESS            errno as it was
 *	-ERANGE   TRYAGAIN, ERANGE   the buffer is too small, glibc asks again with a larger one
 *	-ENOMEM   TRYAGAIN, ENOMEM   initgroups could not enlarge its array
 *	other     NOTFOUND, ENOENT   UNAVAIL would be a hard error after the last service
 */
enum nss_status boundary_leave(const struct boundary *boundary, int result, int *errnop);

/*
 * Starts a question's view for the calling program, which hears what identity/audience.h says.
 * False if it hears nothing; true for whoever is not root.
 */
bool boundary_view(struct identity_view *view);

#endif
