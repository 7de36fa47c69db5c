/* SPDX-License-Identifier: MIT */
#ifndef PAM_NONROOT_HOME_H
#define PAM_NONROOT_HOME_H

#include "pam_nonroot/session.h"

/*
 * Finds the home of the user there, or makes one with the rights of the user: session->record.home
 * is it then. 0; -ENOTRECOVERABLE if the process could not take its own rights back; or another
 * negative errno if there is no home, which was logged and, if the application wants it, said.
 */
int home_provide(struct session *session);

#endif
