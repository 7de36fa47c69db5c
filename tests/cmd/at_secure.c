/* SPDX-License-Identifier: MIT */
/*
 * To be preloaded: AT_SECURE looks set, as it is if SELinux starts the first process of a
 * container in another domain, without any right gained.
 */
#include <dlfcn.h>
#include <sys/auxv.h>

unsigned long getauxval(unsigned long type)
{
	unsigned long (*real)(unsigned long) =
		(unsigned long (*)(unsigned long))dlsym(RTLD_NEXT, "getauxval");

	return type == AT_SECURE ? 1 : real(type);
}
