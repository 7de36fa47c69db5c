/* SPDX-License-Identifier: MIT */
#include "identity/audience.h"

#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	/* Of systemd's DynamicUser=, systemd.exec(5), and its containers: UIDS-GIDS of systemd. */
	DYNAMIC_FIRST = 61184,
	DYNAMIC_LAST = 65519,
};

/* The kernel cuts a program's name, so that of an entry counts as far as that. */
static bool lists(const char *list, const char *program)
{
	for (; *list != '\0'; list = list_next(list))
		if (strncmp(list, program, PROGRAM_SIZE - 1) == 0)
			return true;
	return false;
}

enum audience audience_of(const struct config *config, bool root, const char *program)
{
	if (!root)
		return HEARS_ALL;
	if (program == NULL || lists(config->hide_from, program))
		return HEARS_NOTHING;
	if (lists(config->hide_others_from, program))
		return HEARS_PROCESS1;
	/* What systemd executes has "(NAME)" for a name until it does so. */
	return program[0] == '(' ? HEARS_ALL_BUT_DYNAMIC : HEARS_ALL;
}

/*
 * getuid(3) of libc, which fakeroot(1) may answer: its scripts are root's. Not in a set-user-ID
 * program: whoever starts that gives it its name.
 */
static bool caller_is_root(void)
{
	return getuid() == 0 && getauxval(AT_SECURE) == 0;
}

enum audience audience_of_caller(const struct config *config)
{
	char program[PROGRAM_SIZE];
	bool root = caller_is_root();
	bool named = root && syscall(SYS_prctl, PR_GET_NAME, program, 0, 0, 0) == 0;

	return audience_of(config, root, named ? program : NULL);
}

/* Who asks whether an id is free is about to give it a name. */
bool audience_hears_paths(enum audience audience)
{
	return audience == HEARS_ALL || audience == HEARS_ALL_BUT_DYNAMIC;
}

bool audience_hears(enum audience audience, uint32_t id, bool process1)
{
	switch (audience) {
	case HEARS_ALL:
		return true;
	case HEARS_PROCESS1:
		return process1;
	case HEARS_ALL_BUT_DYNAMIC:
		return process1 || id < DYNAMIC_FIRST || id > DYNAMIC_LAST;
	case HEARS_NOTHING:
		break;
	}
	return false;
}
