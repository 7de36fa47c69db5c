/* SPDX-License-Identifier: MIT */
#ifndef PAM_NONROOT_ENVIRONMENT_H
#define PAM_NONROOT_ENVIRONMENT_H

#include "pam_nonroot/session.h"

/*
 * Sets HOME (if there is one), USER, LOGNAME and SHELL if the application has not; for a local
 * user HOME alone. PAM_SUCCESS, or what pam_putenv(3) failed with.
 */
int environment_set(const struct session *session, bool home);

#endif
