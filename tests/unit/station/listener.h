/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "needles.h"

/* Hears the random bytes that libsodium hands out: the seeds and scalars that nobody else can know.
 */

/* Before tabella_crypto_init(). */
void listener_install (void);
/* From now on what is drawn, 32 bytes or more at once, is added to @to under this name. */
void listener_start (Needles *to, const char *name);
/* How often something was. */
guint listener_stop (void);
