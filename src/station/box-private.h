/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "box.h"
#include "box-store.h"

/* What the files of the ballot box share: what a slot holds, and the index in memory. */

#define SLOT_FREE       0
#define SLOT_CAST       1
#define SLOT_CHALLENGED 2
#define AT_KIND         32 /* a check-in's kind byte: 0 in a free slot */
#define AT_STATE        33

/* A voter at this terminal: p and whether provisional. */
typedef struct {
  guint8 key[33];
  guint32 slot;
  TabellaCheckin checkin;
} TabellaBoxPerson;

typedef struct {
  guint8 ticket[16];
  gboolean cast;
  guint challenged;
} TabellaBoxUse;

struct _TabellaBox {
  TabellaSlots *store;
  /* The index; NULL while locked. */
  const TabellaBallotContext *ctx;
  guint16 terminal;
  GHashTable *persons;                  /* TabellaBoxPerson::key → itself */
  GHashTable *codes;                    /* set of 32 bytes */
  GHashTable *uses;                     /* TabellaBoxUse::ticket → itself */
  GArray *free_ballots, *free_checkins; /* guint32 */
  gboolean doubtful;                    /* an UNKNOWN write: the index must be read again first */
};

/* What is said when a write is not on the disk, and when nobody knows: marked for translation. */
typedef struct {
  const char *missing, *doubtful;
} TabellaBoxWords;

gboolean tabella_box_damaged (TabellaBox *box, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4); /* FALSE; what is wrong where, translated */
/* The index is there and agrees with the disk: STATE, STORAGE. */
gboolean tabella_box_require_index (TabellaBox *box, GError **error);
void tabella_box_person_key (const guint8 p[32], gboolean provisional, guint8 key[33]);
void tabella_box_index_record (TabellaBox *box, const TabellaBallotRecord *record);
void tabella_box_index_checkin (TabellaBox *box, const TabellaCheckin *c, guint32 slot);
/* A used slot's record (@slot is kind ‖ record ‖ zeros) and its length. */
gboolean tabella_box_parse_slot (TabellaBox *box, guint32 number, const guint8 *slot,
                                 TabellaBallotRecord *record, gsize *size, GError **error);
/* Applies the writes; TRUE if they are on the disk. @missing: the code if certainly nothing was;
 * @what and @remedy make the message. */
gboolean
tabella_box_apply (TabellaBox *box, const TabellaSlotsWrite *writes, gsize n,
                   TabellaStationError missing, const TabellaBoxWords *words, GError **error);
/* A check-in's slot bytes; sets @write to them. */
guint8 *tabella_box_checkin_bytes (TabellaBox *box, const TabellaCheckin *c, guint32 slot,
                                   TabellaSlotsWrite *write);
