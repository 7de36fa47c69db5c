/* SPDX-License-Identifier: MIT */
#include "cmd/system/caller.h"

#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

enum audience caller_audience(const struct config *config)
{
	char program[PROGRAM_SIZE];
	bool named = prctl(PR_GET_NAME, program) == 0;

	return audience_of(config, getuid() == 0 && getauxval(AT_SECURE) == 0,
			   named ? program : NULL);
}

enum config_key audience_key(enum audience audience)
{
	switch (audience) {
	case HEARS_NOTHING:
		return OTHERS_HIDE_FROM;
	case HEARS_PROCESS1:
		return OTHERS_HIDE_OTHERS_FROM;
	case HEARS_ALL_BUT_DYNAMIC:
	case HEARS_ALL:
		break;
	}
	return CONFIG_KEYS;
}
