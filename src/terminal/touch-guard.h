/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Keeps touches and keys from acting on a screen that nobody has seen yet: a second tap of a double
 * tap, taps that piled up, and what a barcode reader sends while no entry has the focus; and lets
 * nothing through that would open a menu, paste or close: keys with Control or Alt, and any button
 * of a mouse but the first. It stands before GTK and simply drops them. */
typedef struct _TabellaGuard TabellaGuard;

/* @settle: milliseconds for which a new screen takes nothing. One for a program. */
TabellaGuard *tabella_guard_new (GtkWindow *window, guint settle);
void tabella_guard_free (TabellaGuard *guard);
/* Another screen is coming, or has come: the time runs from now, @weight times as long. */
void tabella_guard_moved (TabellaGuard *guard, guint weight);
/* A touch that began on a former screen ends now: a button that outlives screens must ignore it. */
gboolean tabella_guard_is_stale (TabellaGuard *guard);
/* The key that is being handled follows one for which there was no entry as fast as a reader's. */
gboolean tabella_guard_is_scanned (TabellaGuard *guard);
