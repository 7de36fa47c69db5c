/* SPDX-License-Identifier: MIT */
#ifndef CMD_SYSTEM_CALLER_H
#define CMD_SYSTEM_CALLER_H

#include "identity/identity.h"

/* The key of the configuration that makes an audience hear less; CONFIG_KEYS: none does. */
enum config_key audience_key(enum audience audience);

#endif
