/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <limits.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/stat.h>
#include "recorder.h"

/* Held over a change and its entry, so that the log has their order. */
extern pthread_mutex_t cuts_lock;

void cuts_add (CutsOp op, int disk, uint64_t ino, uint64_t at, const char *path, const char *other,
               const void *data, size_t size);
/* The disk on which @path is, and its name there; −1 if it is on none or nothing is logged. */
int cuts_locate (int at, const char *path, char name[PATH_MAX]);
/* The disk of an open file; its number into @st. */
int cuts_disk_of_fd (int fd, struct stat *st);

/* Logs that a watched file or folder is changed in a way that nobody follows. errno stays. */
void cuts_unseen_fd (int fd, const char *how);
void cuts_unseen_path (int at, const char *path, const char *how);
