/* SPDX-License-Identifier: MIT */
/*
 * A PAM module that tells something and then asks a question as a session opens.
 */
#define PAM_SM_SESSION

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdlib.h>

int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	char *answer = NULL;
	int result;

	(void)flags;
	(void)argc;
	(void)argv;
	pam_info(pamh, "good\nmorning");
	result = pam_prompt(pamh, PAM_PROMPT_ECHO_ON, &answer, "who are you?");
	free(answer);
	return result;
}

int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_IGNORE;
}
