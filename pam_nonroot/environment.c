/* SPDX-License-Identifier: MIT */
#include "pam_nonroot/environment.h"

#include <string.h>

/* If the application has not. `value` has no control bytes: see syntax.h. */
static int set(const struct session *session, const char *name, const char *value)
{
	char setting[HOME_SIZE + 16];

	if (pam_getenv(session->pamh, name) != NULL)
		return PAM_SUCCESS;
	(void)stpcpy(stpcpy(stpcpy(setting, name), "="), value);
	return pam_putenv(session->pamh, setting);
}

int environment_set(const struct session *session, bool home)
{
	const struct record *record = &session->record;
	int result = home ? set(session, "HOME", record->home.path) : PAM_SUCCESS;

	if (session->gets != GETS_ALL)
		return result;
	if (result == PAM_SUCCESS)
		result = set(session, "USER", record->user.name);
	if (result == PAM_SUCCESS)
		result = set(session, "LOGNAME", record->user.name);
	if (result == PAM_SUCCESS)
		result = set(session, "SHELL", record->shell);
	return result;
}
