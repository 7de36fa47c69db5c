/* SPDX-License-Identifier: MIT */
#include "cmd/check/check.h"

check_fn *const checks[CHECKS] = {
	check_module, check_nsswitch, check_config, check_home, check_uid,
	check_groups, check_runtime,  check_files,  check_pam,
};
