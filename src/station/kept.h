/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "station-private.h"

/* A batch's files, in memory and below DIR/out/batch-NNNN/, from where they can be written to a
 * stick again. Of export.c and life.c. */

#define TABELLA_KEPT_FILES_MAX 5

typedef struct {
  GBytes *files[TABELLA_KEPT_FILES_MAX]; /* by the names of its kind; the first is the signed one */
  guint8 digest[32];                     /* of that one */
} TabellaKept;
void tabella_kept_clear (TabellaKept *batch);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TabellaKept, tabella_kept_clear)

/* The names of a batch's files, NULL-ended: signed file, its signature, a final's "checkins",
 * "receipt.png", "receipt.txt". */
const char *const *tabella_kept_names (TabellaBatchKind kind);
/* Fills in the two receipt files of @text (TB1). Errors of tabella_qr_new. */
gboolean tabella_kept_put_receipt (TabellaKept *batch, TabellaBatchKind kind, const char *text,
                                   GError **error);
/* The TB1 of a batch that has its receipt files. */
char *tabella_kept_receipt (TabellaBatchKind kind, const TabellaKept *batch);

/* Whole or not at all, in place of a former one. STORAGE. */
gboolean tabella_kept_write (TabellaStation *s, guint16 number, TabellaBatchKind kind,
                             const TabellaKept *batch, GError **error);
/* The files as they were written: the receipt is this terminal's for this number and kind, its
 * digest that of the signed file (and @expected, if not NULL), the signature and its comment are
 * right, a final's "checkins" is the one that "ballots" names, and no byte of the rest differs.
 * Needs no secrets. Errors IO (a file cannot be read), STORAGE (the file that is off). */
gboolean tabella_kept_read (TabellaStation *s, guint16 number, TabellaBatchKind kind,
                            const guint8 *expected, TabellaKept *batch, GError **error);
/* Is there anything under this number? */
gboolean tabella_kept_has (const TabellaStation *s, guint16 number, gboolean *has, GError **error);
gboolean tabella_kept_remove (TabellaStation *s, guint16 number, GError **error);
