/* SPDX-License-Identifier: MIT */
/*
 * A PAM module that tells something and then asks a question as a session opens. Meanwhile it has a
 * file open to write to, if its argument names one.
 */
#define PAM_SM_SESSION

#include <fcntl.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdlib.h>
#include <unistd.h>

int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	char *answer = NULL;
	int result;
	int log;

	(void)flags;
	log = argc > 0 ? open(argv[0], O_WRONLY | O_CLOEXEC) : -1;
	if (log >= 0 && write(log, "opened\n", 7) != 7)
		return PAM_SYSTEM_ERR;
	pam_info(pamh, "good\nmorning");
	result = pam_prompt(pamh, PAM_PROMPT_ECHO_ON, &answer, "who are you?");
	free(answer);
	if (log >= 0)
		close(log);
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
