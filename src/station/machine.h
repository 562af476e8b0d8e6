/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* What the kernel says of this machine in its tree @sys ("/sys"; tests have trees of their own).
 * Only files are read: a terminal that has started can make no socket. */

/* The names of all network devices but lo, sorted, ", " between them. *up: at least one is switched
 * on. NULL: it cannot be told. Free with g_free. */
char *tabella_machine_networks (const char *sys, gboolean *up);

/* Whether all that @device lies on is encrypted with LUKS, also below volumes and partitions. A
 * file system on several devices that has none of its own (btrfs) is not found out: FALSE. */
gboolean tabella_machine_encrypted (const char *sys, dev_t device);
