/* SPDX-License-Identifier: MIT */
/*
 * session [-c] [-s] [-w] SERVICE USER: a PAM application. Opens a session as SERVICE for USER, with
 * setcred before it (-c), silently (-s), as soon as the standard input ends (-w). Prints what came
 * of it, a line NAME=VALUE each. Exits with the result of pam_open_session(3).
 */
#include <grp.h>
#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int converse(int count, const struct pam_message **messages, struct pam_response **answers,
		    void *arg)
{
	(void)arg;
	for (int i = 0; i < count; i++)
		printf("message=%s\n", messages[i]->msg);
	*answers = calloc((size_t)count, sizeof(**answers));
	return *answers != NULL ? PAM_SUCCESS : PAM_BUF_ERR;
}

static void print_groups(void)
{
	gid_t groups[512];
	int count = getgroups(512, groups);

	printf("groups=");
	for (int i = 0; i < count; i++)
		printf("%s%u", i > 0 ? " " : "", (unsigned)groups[i]);
	printf("\n");
}

static void print_environment(pam_handle_t *pamh)
{
	char **environment = pam_getenvlist(pamh);

	for (char **setting = environment; setting != NULL && *setting != NULL; setting++) {
		printf("env.%s\n", *setting);
		free(*setting);
	}
	free(environment);
}

int main(int argc, char **argv)
{
	const struct pam_conv conversation = { .conv = converse };
	bool credentials = false;
	bool wait = false;
	int flags = 0;
	pam_handle_t *pamh;
	int option;
	int result;

	while ((option = getopt(argc, argv, "csw")) != -1) {
		credentials = credentials || option == 'c';
		wait = wait || option == 'w';
		flags = option == 's' ? (int)PAM_SILENT : flags;
	}
	if (argc - optind != 2 ||
	    pam_start(argv[optind], argv[optind + 1], &conversation, &pamh) != PAM_SUCCESS)
		return 125;
	if (wait && read(STDIN_FILENO, &option, 1) != 0)
		return 125;
	if (credentials)
		printf("setcred=%d\n",
		       pam_setcred(pamh, (int)((unsigned)flags | PAM_ESTABLISH_CRED)));
	result = pam_open_session(pamh, flags);
	printf("open_session=%d\n", result);
	print_groups();
	print_environment(pamh);
	printf("close_session=%d\n", pam_close_session(pamh, flags));
	pam_end(pamh, result);
	return result;
}
