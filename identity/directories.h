/* SPDX-License-Identifier: MIT */
/*
 * Where files of ours are: the Makefile says so if its sysconfdir, localstatedir or bindir is
 * another. What is the system's (/etc/passwd, /etc/nsswitch.conf) is where it always is.
 */
#ifndef IDENTITY_DIRECTORIES_H
#define IDENTITY_DIRECTORIES_H

#ifndef SYSCONFDIR
#define SYSCONFDIR "/etc"
#endif
#ifndef LOCALSTATEDIR
#define LOCALSTATEDIR "/var"
#endif
#ifndef BINDIR
#define BINDIR "/usr/bin"
#endif

#endif
