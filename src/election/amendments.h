/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "manifest.h"

typedef enum {
  TABELLA_AMEND_HOURS = 1, TABELLA_AMEND_OPENED = 2, TABELLA_AMEND_MOVED = 3, TABELLA_AMEND_CLOSED = 4, TABELLA_AMEND_ADDED = 5,
  TABELLA_AMEND_SPARE = 6, TABELLA_AMEND_REVOKED = 7, TABELLA_AMEND_ENDED = 8, TABELLA_AMEND_NOTICE = 9,
} TabellaAmendKind;

typedef struct {
  guint16 number, target; TabellaAmendKind kind; guint32 value; TabellaText *text; /* or NULL */
  gboolean has_digest; guint8 digest[32]; /* detail of kind 8 */
  GBytes *bytes; char *minisig;           /* the file; NULL for a short form */
  char *short_form;                       /* "TA1.…"; NULL for a file */
} TabellaAmendment;
void tabella_amendment_free (TabellaAmendment *a);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaAmendment, tabella_amendment_free)

/* Kind 6's value. */
guint32 tabella_amend_spare_value (guint16 station, guint16 lane, TabellaRole role);
void    tabella_amend_spare_split (guint32 value, guint16 *station, guint16 *lane, TabellaRole *role);

/* One file with its signature by the manifest's organisers, this HE, value fits kind and target. @what names it in messages.
 * Kind 5 (a terminal added) is refused for now (INVALID). Errors FORMAT, INVALID, SIGNATURE, OTHER (signed for another election). */
TabellaAmendment *tabella_amendment_parse (const TabellaManifest *m, const char *what, GBytes *bytes, const char *minisig,
                                           GError **error);
/* The short form, "TA1.…", typed or from a QR code: text and digest are not in it. Kinds 1, 3 and 9 take effect only from the
 * full file. Errors as above. */
TabellaAmendment *tabella_amendment_parse_short (const TabellaManifest *m, const char *text, GError **error);
/* Could the organisers have made an amendment of this kind, target and value? For those that only a terminal's journal tells
 * of. Kind 5 may be one of a later version. */
gboolean tabella_amendment_possible (const TabellaManifest *m, const TabellaAmendment *a);
/* The file at @path and its signature beside it, as above; IO. */
TabellaAmendment *tabella_amendment_load (const TabellaManifest *m, const char *path, GError **error);
/* FOLDER/amendments/, numbers 1..n without gap (@whole) or any ascending ones. Array of TabellaAmendment, maybe empty. */
GPtrArray *tabella_amendments_load (const TabellaManifest *m, const char *folder, gboolean whole, GError **error);
/* Writes the next number: file, signature, short form. *short_form: "TA1.…" text. @key must be the manifest's (else SIGNATURE);
 * what the reader would refuse is not written (INVALID). @text: every language of the election, or NULL. @digest: for kind 8, or NULL. */
gboolean tabella_amendment_write (const TabellaManifest *m, const char *folder, TabellaAmendKind kind, guint16 target,
                                  guint32 value, TabellaText *text, const guint8 *digest, const TabellaMinisignSecret *key,
                                  guint16 *number, char **short_form, GError **error);

/* A terminal as the amendments leave it. */
typedef struct {
  guint16 station; TabellaRole role; /* SPARE: assigned to nothing */
  guint16 lane; gboolean took_over; /* a spare that an amendment assigned */
  gboolean revoked, ended; guint16 ended_batch; gboolean has_digest; guint8 digest[32];
} TabellaTerminalStatus;
void tabella_amendments_status (const TabellaManifest *m, GPtrArray *amendments, const TabellaTerminalInfo *t,
                                TabellaTerminalStatus *status);
