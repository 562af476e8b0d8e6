/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ballot-error.h"

/* A QR symbol of a text (alphanumeric or byte mode, level M, quiet zone of 4 modules in both
 * outputs). */
typedef struct {
  guint size;
  guint8 *dark; /* size × size, 1 = dark, quiet zone included */
} TabellaQr;
TabellaQr *tabella_qr_new (const char *text, GError **error); /* FORMAT if too long */
void tabella_qr_free (TabellaQr *qr);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaQr, tabella_qr_free)
/* PNG, @scale pixels a module. */
GBytes *tabella_qr_png (const TabellaQr *qr, guint scale, GError **error);
