/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "kiosk.h"

/* One line above the officers' screens while the poll is open: closing time has passed, it is time
 * for a safety copy. It stops nobody. */
#define TABELLA_TYPE_BANNER (tabella_banner_get_type ())
G_DECLARE_FINAL_TYPE (TabellaBanner, tabella_banner, TABELLA, BANNER, GtkBox)

GtkWidget *tabella_banner_new (TabellaKiosk *kiosk);
/* Shows what the station advises now, or nothing. TRUE: it is not what it was. */
gboolean tabella_banner_sync (TabellaBanner *banner);
