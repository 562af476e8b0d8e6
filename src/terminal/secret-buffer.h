/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* What is typed into a secret entry lives in locked memory, never in GTK's heap, and is wiped with
 * it. At most 255 bytes. */
#define TABELLA_TYPE_SECRET_BUFFER (tabella_secret_buffer_get_type ())
G_DECLARE_FINAL_TYPE (TabellaSecretBuffer, tabella_secret_buffer, TABELLA, SECRET_BUFFER,
                      GtkEntryBuffer)

GtkEntryBuffer *tabella_secret_buffer_new (void);
