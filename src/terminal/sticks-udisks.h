/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sticks.h"

/* The real sticks, through udisks2 on the system bus: USB and other removable drives that hold a
 * filesystem, never a drive of the system. udisksd may come and go. */
#define TABELLA_TYPE_STICKS_UDISKS (tabella_sticks_udisks_get_type ())
G_DECLARE_FINAL_TYPE (TabellaSticksUdisks, tabella_sticks_udisks, TABELLA, STICKS_UDISKS, GObject)

TabellaSticks *tabella_sticks_udisks_new (void);
