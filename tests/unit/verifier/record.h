/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fixture.h"
#include "receipts.h"
#include "verifier.h"

/* A public record made by hand, from the fixture's keys: every stage can be changed before the next
 * one hashes and signs it, so that a record can be wrong in one way and right in all others.
 *
 * The manifest is the fixture's with a second style: 0 both motions, 1 the second motion only,
 * which stations 1 to 3 have. Terminals: 1 and 4 combined at station 1, 2 at station 2, 3 at
 * station 3; at station 4 desk 5, booths 6 and 7, spare 8 (assigned as a booth by amendment 3).
 * Terminal 2 ended at its safety copy 1 (amendment 2). Station 1's unit is too small and merges
 * into station 2's. */
#define RECORD_TERMINALS 8
#define RECORD_OPTIONS   7
#define RECORD_CONTESTS  2

typedef struct {
  gboolean challenged, struck;
  guint16 style;
  guint8 ticket[16], attempt, selections[RECORD_OPTIONS], code[32];
  GByteArray *bytes; /* the record */
} RecordBallot;

/* What is written into a header; every field can be changed. */
typedef struct {
  guint8 he[32], previous[32], checkins[32], head[32];
  guint16 terminal, number, reserved;
  guint8 kind, mode;
  TabellaCounts counts;
  guint32 journal_size;
} RecordHeader;

typedef struct {
  const TabellaTerminalInfo *info;
  gboolean left_out;      /* not in the record */
  gboolean excluded;      /* its ballots are not summed */
  const char *quarantine; /* the reason: excluded, and its files lie in quarantine/ */
  TabellaRole role;
  TabellaBatchKind kind;
  guint16 copies; /* safety copies before this batch */
  guint8 last_copy[32];
  guint given,
      left; /* check-ins in states 1 and 3; a combined terminal's cast ballots are state 2 */
  GPtrArray *journal; /* char*, without LF */
  GPtrArray *ballots; /* RecordBallot */
  RecordHeader header;
  GByteArray *bytes;
  char *comment; /* NULL: the right one */
  char *minisig;
} RecordTerminal;

typedef struct {
  guint folder; /* strike-000N */
  guint16 terminal, style;
  guint8 ticket[16];
  guint8 link[TABELLA_LINK_BYTES];
} RecordLink;

typedef struct {
  guint16 number, kind, target;
  guint32 value;
  guint8 digest[32];
  gboolean has_digest;
} RecordAmendment;

typedef struct {
  const TabellaFixture *f;
  json_t *json; /* the manifest */
  TabellaManifest *manifest;
  TabellaBallotContext *ctx;
  GArray *amendments;                             /* RecordAmendment */
  RecordTerminal terminals[RECORD_TERMINALS + 1]; /* from 1 */
  GArray *links;                                  /* RecordLink */
  guint ballots[3][RECORD_CONTESTS];              /* by unit after merging */
  guint counts[3][RECORD_OPTIONS];
  TabellaRequest *request; /* request 3 */
  GByteArray *standing;
  guint unused, incidents;
  GHashTable *files; /* name -> GBytes */
} Record;

typedef enum {
  RECORD_MANIFEST, /* r->json, before it is sealed */
  RECORD_POLL,     /* amendments, journals, ballots, links */
  RECORD_HEADS,    /* every terminal's header and last journal lines */
  RECORD_BYTES,    /* every terminal's bytes, before they are signed */
  RECORD_STANDING, /* which ballots are struck, before they are summed */
  RECORD_FILES,    /* r->files, complete */
} RecordStage;
typedef void (*RecordChange) (Record *r);

/* Four combined terminals, a desk, two booths, a spare; voting anywhere, rule lot, small limits. */
TabellaFixture *record_fixture (void);
/* The base's poll, played once. */
Record *record_poll (const TabellaFixture *f, RecordChange manifest);
/* A whole record: what @base played, changed once at @stage. RECORD_MANIFEST plays it anew. */
Record *record_new (const Record *base, RecordStage stage, RecordChange change);
void record_free (Record *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Record, record_free)
/* Writes the files into a new folder; its name. */
char *record_write (const Record *r);

/* Writes it, verifies it and takes it away. Problems go to the test's log. */
TabellaVerifyReport *record_verify (const Record *r, TabellaVerifyUpTo up_to,
                                    const TabellaMinisignPublic *key, GPtrArray *receipts);

/* --- For changes --- */

void record_ticket (guint8 n, guint8 ticket[16]);
/* @one, @two: the option chosen in each motion, −1 for none. */
RecordBallot *record_cast (Record *r, guint16 terminal, guint8 ticket, guint8 attempt,
                           guint16 style, gint one, gint two);
RecordBallot *record_challenge (Record *r, guint16 terminal, guint8 ticket, guint8 attempt,
                                guint16 style, gint one, gint two);
/* Takes the body that @ballot has now: code, and the signature of the terminal's ballot key. */
void record_sign (Record *r, guint16 terminal, RecordBallot *ballot);
/* The body within a ballot's bytes. */
guint8 *record_body (const RecordBallot *ballot);
/* The @i-th ballot of a terminal that is challenged or not. */
RecordBallot *record_ballot (Record *r, guint16 terminal, gboolean challenged, guint i);
void record_link (Record *r, guint folder, guint16 terminal, guint16 style, guint8 ticket);
void record_amend (Record *r, guint16 kind, guint16 target, guint32 value);
/* A journal line before the one at @at (−1: at the end). */
void record_line (RecordTerminal *t, gint at, const TabellaEventLine *line);
gint record_find_line (const RecordTerminal *t, const char *part);
/* Replaces or adds a file; NULL takes it out. */
void record_put (Record *r, const char *name, gconstpointer bytes, gsize size);
void record_put_text (Record *r, const char *name, const char *text);
GByteArray *record_get (const Record *r, const char *name);
/* A share of trustee @index for the request and digest. */
GBytes *record_share (const Record *r, guint16 index, const TabellaRequest *request,
                      const guint8 digest[32]);
/* Every receipt of the record: TB1 of each last batch, TV1 and TK1 of each cast ballot, char*. */
GPtrArray *record_receipts (const Record *r);
