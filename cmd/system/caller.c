/* SPDX-License-Identifier: MIT */
#include "cmd/system/caller.h"

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
