/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "amendments.h"
#include "centre-error.h"
#include "requests.h"
#include "roll.h"

/* All that a count is computed from. The centre fills one from its database, a trustee's tool from
 * a request folder; everything after is a pure function of it, so that both compute the same strike
 * list and the same sums, or one of them is wrong. */

/* A batch as it came. */
typedef struct {
  guint16 terminal, number;
  gboolean interim; /* a safety copy: arrived as "sealed" */
  GBytes *ballots;  /* the inner one for an opened safety copy; NULL while it is sealed */
  char *minisig;
  GBytes *checkins, *sealed;
  char *sealed_minisig;
  guint8 digest[32];   /* of the file that its minisig signs */
  TabellaBatch *batch; /* parsed ballots, or NULL */
  char *quarantine;    /* one line: why, or NULL */
  gboolean is_signed;  /* by the terminal's batch key, with the right comment */
  gboolean repeatable; /* quarantined: ballots and minisig alone show the fault to everyone */
  guint16 waits;       /* quarantined for nothing but this amendment, which its journal names and
                        * which is not there as it has it; 0: no */
} TabellaHeld;
TabellaHeld *tabella_held_new (guint16 terminal, guint16 number, gboolean interim);
void tabella_held_free (TabellaHeld *h);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaHeld, tabella_held_free)

/* A request that was asked. shared: one point each, NULL before t good shares are in. */
typedef struct {
  char *name; /* "checkins-0001" */
  TabellaPurpose purpose;
  TabellaRequest *request;
  GBytes *bytes;
  guint8 digest[32];
  GBytes *links;      /* purpose 2: link 112 ‖ style u16 each */
  GBytes *tickets;    /* purpose 2, once combined: T 16 each */
  GBytes *standing;   /* purpose 3: codes, 32 bytes each */
  GBytes *shares[32]; /* by trustee index − 1; once combined only the t that were used */
  TabellaPoint *shared;
} TabellaAsked;
void tabella_asked_free (TabellaAsked *a);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaAsked, tabella_asked_free)

typedef struct {
  guint16 terminal;
  guint8 p[32];
  gboolean accepted;
  char *reason;
} TabellaDecision;

typedef struct {
  TabellaManifest *manifest;
  TabellaCeremonyKeys keys;
  TabellaBallotContext *ctx;
  GPtrArray *amendments;
  GPtrArray *held;   /* TabellaHeld, ascending by terminal, number, digest */
  GPtrArray *asked;  /* TabellaAsked, ascending by name */
  GArray *decisions; /* TabellaDecision, ascending by terminal, p */
  gboolean decisions_signed;
  GBytes *decisions_file; /* decisions.json as it is, or NULL */
  char *decisions_minisig;
} TabellaEvidence;

/* Manifest, keys and amendments of a folder, everything verified; nothing held. */
TabellaEvidence *tabella_evidence_new (const char *folder, GError **error);
void tabella_evidence_free (TabellaEvidence *e);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaEvidence, tabella_evidence_free)

/* Takes @held and keeps the order. */
void tabella_evidence_add (TabellaEvidence *e, TabellaHeld *held);
/* Reads FOLDER/decisions.json and its signature, if they are there. An official election refuses
 * unsigned ones (INVALID). */
gboolean tabella_evidence_read_decisions (TabellaEvidence *e, const char *folder, GError **error);
/* decisions.json's text. @decisions: ascending by terminal, p. */
char *tabella_decisions_text (const guint8 he[32], GArray *decisions);
/* NULL: none was made. */
const TabellaDecision *
tabella_evidence_decision (const TabellaEvidence *e, guint16 terminal, const guint8 p[32]);

/* The batch of a terminal that counts (section 8.1): its final, or what an `ended` amendment names;
 * NULL: none (ended at 0, not in yet, quarantined, waiting for an amendment, or a fork). *why (may
 * be NULL): why there is none. */
TabellaHeld *
tabella_evidence_last (const TabellaEvidence *e, const TabellaTerminalInfo *t, char **why);
/* The quarantined batch that stands for a terminal which has none that counts; NULL if there is
 * none. */
TabellaHeld *tabella_evidence_quarantined (const TabellaEvidence *e, const TabellaTerminalInfo *t);
/* TRUE: nothing more has to come from this terminal before a tally: final, ended with its batch
 * here, ended at 0, revoked, a spare without work, or quarantined for what it signed itself (which
 * an amendment that nobody has is not: the organisers may have kept it back). *why as above. */
gboolean
tabella_evidence_settled (const TabellaEvidence *e, const TabellaTerminalInfo *t, char **why);
/* What the terminal was when it made the batch: by the amendments that its own journal names. */
gboolean tabella_held_status (const TabellaEvidence *e, const TabellaHeld *held,
                              TabellaTerminalStatus *status, GError **error);
/* The same for a terminal: of its last batch, or by all amendments if it has none. */
void tabella_evidence_status (const TabellaEvidence *e, const TabellaTerminalInfo *t,
                              TabellaTerminalStatus *status);
/* Journals and files that contradict each other: char*, appended. */
void tabella_evidence_incidents (const TabellaEvidence *e, GPtrArray *incidents);
/* A terminal's place among its station's, by index, from 1. */
guint tabella_terminal_tablet (const TabellaEvidence *e, guint16 terminal);
/* "Station 7 (name), tablet 2" */
char *tabella_terminal_words (const TabellaEvidence *e, guint16 terminal);

/* One request folder: request, links, standing, shares. FORMAT errors climb; INVALID: a file that
 * does not belong to the request. */
TabellaAsked *tabella_asked_load (const TabellaEvidence *e, const char *folder, GError **error);
/* All folders of requests below @folder, in order; combines those that have enough shares. */
gboolean tabella_evidence_read_asked (TabellaEvidence *e, const char *folder, GError **error);
/* Combines the shares of a request once t good ones are there (fills shared, tickets; the other
 * shares are dropped); bad shares are named in @bad (char*, may be NULL). FALSE with STATE: too
 * few. */
gboolean tabella_asked_combine (const TabellaEvidence *e, TabellaAsked *asked, GPtrArray *bad,
                                GError **error);
/* The shared point of a request-1 label; NULL: not asked or not combined. *asked (may be NULL):
 * asked. */
const TabellaPoint *tabella_evidence_shared (const TabellaEvidence *e, guint16 terminal,
                                             guint16 number, guint16 which, gboolean *asked);
