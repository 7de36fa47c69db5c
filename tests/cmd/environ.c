/* SPDX-License-Identifier: MIT */
/*
 * environ                    prints its environment, an entry a line
 * environ hostile CMD...     executes with entries that no shell can make
 * environ at-secure          prints whether AT_SECURE is set
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

enum { HUGE_SIZE = 100000 };

static int print(void)
{
	for (char **entry = environ; *entry != NULL; entry++)
		puts(*entry);
	return 0;
}

static int execute_hostile(char **command)
{
	static char huge[HUGE_SIZE] = "HUGE=";
	static char no_sign[] = "no equals sign";
	static char no_name[] = "=no name";
	static char empty[] = "";
	static char home[] = "HOME=/";
	static char home_again[] = "HOME=/nowhere";
	static char control[] = "TERM=\033[2Jx\ny";
	char *entries[] = { no_sign, home, no_name, empty, home_again, control, huge, NULL };

	memset(huge + 5, 'h', sizeof(huge) - 6);
	execve(command[0], command, entries);
	perror(command[0]);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc == 1)
		return print();
	if (argc > 2 && strcmp(argv[1], "hostile") == 0)
		return execute_hostile(argv + 2);
	if (argc == 2 && strcmp(argv[1], "at-secure") == 0)
		return puts(getauxval(AT_SECURE) != 0 ? "secure" : "not secure") < 0;
	fputs("usage: environ [hostile COMMAND... | at-secure]\n", stderr);
	return 2;
}
