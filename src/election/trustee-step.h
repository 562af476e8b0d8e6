/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ceremony-internal.h"
#include "trustee-file.h"

/* What the four rounds have in common: who, where, in which order, and how a round ends. */

typedef struct {
  const char *folder; guint16 index; guint round;
  TabellaElection *e; TabellaCeremonyFiles files; TabellaTrustee *t;
  gboolean repeated; /* the round was done before: its file was only written again */
} TabellaStep;
void tabella_step_clear (TabellaStep *s);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TabellaStep, tabella_step_clear)

/* Sets STATE and returns FALSE. */
gboolean tabella_step_refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The draft's trustees, no complaint, a possible index. */
gboolean tabella_step_open (TabellaStep *s, GError **error);
void     tabella_step_context (const TabellaStep *s, guint8 hp[32]);
/* tabella_step_open(), then the secret file (this trustee's, of this ceremony), the ceremony's files, and that it is this
 * round's turn. Own files that are missing are written again; if this round's is one, s->repeated is set. */
gboolean tabella_step_begin (TabellaStep *s, const char *secret_path, const char *passphrase, GError **error);
/* Saves the secret file with this round done, then writes the round's public file. */
gboolean tabella_step_finish (TabellaStep *s, json_t *json, GError **error);
/* FALSE with @error kept; a complaint about somebody is written and the message says where. */
gboolean tabella_step_stop (const TabellaStep *s, const TabellaComplaint *complaint, GError **error);
/* Remembers the files of @round as used; later, that they are still the same. One that changed since would make every
 * honest proof fail: only this memory can name whose it is. */
void     tabella_step_note (TabellaStep *s, guint round);
gboolean tabella_step_same (const TabellaStep *s, guint round, GError **error);
