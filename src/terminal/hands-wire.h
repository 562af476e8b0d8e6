/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What the terminal and tabella-hands say to each other: a message is one packet of a socket that
 * keeps packets apart (SOCK_SEQPACKET). */
typedef enum {
  TABELLA_HANDS_SAY,  /* words: text, language; interrupt, rate, volume */
  TABELLA_HANDS_STOP, /* what is being said */
  TABELLA_HANDS_RUN, /* id; words: tabella-print's arguments; files: its output, its input if any */
  TABELLA_HANDS_END, /* id: of what was to be run */
  TABELLA_HANDS_MUTE, /* from tabella-hands: nothing more can be heard */
} TabellaHandsKind;

typedef struct {
  guint32 kind, id;
  gint32 rate, volume, interrupt;
} TabellaHandsHead;

#define TABELLA_HANDS_FILES 2
#define TABELLA_HANDS_FD    3 /* at which tabella-hands finds its socket */

typedef struct {
  TabellaHandsHead head;
  char **words;                   /* UTF-8; wiped when it is cleared */
  int files[TABELLA_HANDS_FILES]; /* -1: none; closed when it is cleared */
} TabellaHandsMessage;
void tabella_hands_message_clear (TabellaHandsMessage *m);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TabellaHandsMessage, tabella_hands_message_clear)

/* @words: NULL-ended, or NULL. @files: -1 ends them; they stay the caller's. FALSE, without
 * waiting, if the other side does not take it. */
gboolean tabella_hands_send (int socket, const TabellaHandsHead *head, const char *const *words,
                             const int *files);
/* The next message, without waiting. FALSE: none, or none that can be read; then *@ended says
 * whether there will be no more. */
gboolean tabella_hands_receive (int socket, TabellaHandsMessage *m, gboolean *ended);
