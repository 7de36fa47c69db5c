/* SPDX-License-Identifier: MIT */
#include "caller.h"

#include <elf.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "tree.h"

static struct {
	uid_t uid;
	bool secure;
} caller;

uid_t __wrap_getuid(void);
unsigned long __wrap_getauxval(unsigned long type);
unsigned long __real_getauxval(unsigned long type);

void caller_is(uid_t uid, const char *program, bool secure)
{
	caller.uid = uid;
	caller.secure = secure;
	tree_program(program);
}

uid_t __wrap_getuid(void)
{
	return caller.uid;
}

unsigned long __wrap_getauxval(unsigned long type)
{
	return type == AT_SECURE ? caller.secure : __real_getauxval(type);
}
