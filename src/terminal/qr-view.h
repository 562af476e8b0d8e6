/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A QR symbol, drawn black on white whatever the contrast setting, as large as its place allows in
 * whole pixels a module. */
#define TABELLA_TYPE_QR_VIEW (tabella_qr_view_get_type ())
G_DECLARE_FINAL_TYPE (TabellaQrView, tabella_qr_view, TABELLA, QR_VIEW, GtkDrawingArea)

/* NULL or a text too long for a symbol draws nothing. */
void tabella_qr_view_set_text (TabellaQrView *view, const char *text);
