/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hands.h"

/* What the terminal keeps open before it shuts itself in, while it still can. */
typedef struct {
  TabellaHands *hands;
  GDBusConnection *bus; /* the system's, over which sticks come; NULL: there is none */
} TabellaDoors;
void tabella_doors_clear (TabellaDoors *d);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TabellaDoors, tabella_doors_clear)

/* Starts tabella-hands; libraries are told to open no connection of their own. Before gtk_init().
 * FALSE with an error if it does not start. */
gboolean tabella_doors_open (TabellaDoors *d, GError **error);
/* Connects to the system bus, then no more sockets and programs (process.h). After gtk_init(). What
 * the system does not let it shut is said on standard error, and by the self-test. */
void tabella_doors_shut (TabellaDoors *d);
