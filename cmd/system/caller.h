/* SPDX-License-Identifier: MIT */
#ifndef CMD_SYSTEM_CALLER_H
#define CMD_SYSTEM_CALLER_H

#include "identity/identity.h"

/*
 * What the name service module tells this process, which is root's or not and has a name as any
 * other; our own questions to identity/ hear all.
 */
enum audience caller_audience(const struct config *config);

/* The key of the configuration that makes an audience hear less; CONFIG_KEYS: none does. */
enum config_key audience_key(enum audience audience);

#endif
