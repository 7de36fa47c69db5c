/* SPDX-License-Identifier: MIT */
/*
 * The functions that glibc calls; "System Databases and Name Service Switch" in the glibc manual is
 * their contract. The buffer and everything that pointers may reach is the caller's; on anything
 * but NSS_STATUS_SUCCESS the result is untouched.
 */
#ifndef NSS_NONROOT_H
#define NSS_NONROOT_H

#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <stddef.h>
#include <sys/types.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT enum nss_status _nss_nonroot_getpwuid_r(uid_t uid, struct passwd *result, char *buffer,
					       size_t size, int *errnop);
EXPORT enum nss_status _nss_nonroot_getpwnam_r(const char *name, struct passwd *result,
					       char *buffer, size_t size, int *errnop);
/* glibc may call the set functions without their argument: it is never read. */
EXPORT enum nss_status _nss_nonroot_setpwent(int stayopen);
EXPORT enum nss_status _nss_nonroot_getpwent_r(struct passwd *result, char *buffer, size_t size,
					       int *errnop);
EXPORT enum nss_status _nss_nonroot_endpwent(void);

EXPORT enum nss_status _nss_nonroot_getgrgid_r(gid_t gid, struct group *result, char *buffer,
					       size_t size, int *errnop);
EXPORT enum nss_status _nss_nonroot_getgrnam_r(const char *name, struct group *result, char *buffer,
					       size_t size, int *errnop);
EXPORT enum nss_status _nss_nonroot_setgrent(int stayopen);
EXPORT enum nss_status _nss_nonroot_getgrent_r(struct group *result, char *buffer, size_t size,
					       int *errnop);
EXPORT enum nss_status _nss_nonroot_endgrent(void);

/*
 * Adds to the array *groups, malloc memory of the caller's with *size elements of which *start are
 * filled. At most `limit` elements, if that is positive; reaching it is a success.
 */
EXPORT enum nss_status _nss_nonroot_initgroups_dyn(const char *user, gid_t group, long *start,
						   long *size, gid_t **groups, long limit,
						   int *errnop);

#endif
