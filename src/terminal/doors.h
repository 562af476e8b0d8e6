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

/* Starts tabella-hands and connects to the system bus; libraries are told to open no connection of
 * their own. Before gtk_init(): waiting for the bus runs the main loop, in which GTK's
 * accessibility bridge would make a socket to listen at. FALSE with an error if hands does not
 * start. */
gboolean tabella_doors_open (TabellaDoors *d, GError **error);
/* No more sockets and programs (process.h). After gtk_init(), before the main loop runs again: a
 * socket that is listened at by then can take no connection, and whoever knocks keeps the main loop
 * busy for ever. What the system does not let it shut is said on standard error, and by the
 * self-test. */
void tabella_doors_shut (TabellaDoors *d);
