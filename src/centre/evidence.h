/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "centre-error.h"
#include "amendments.h"
#include "requests.h"

/* All that a count is computed from. The centre fills one from its database, a trustee's tool from a request folder; everything after is a
 * pure function of it, so that both compute the same strike list and the same sums, or one of them is wrong. */

typedef struct {
  guint16 terminal, number; gboolean interim; /* interim: arrived as "sealed" */
  GBytes *ballots; char *minisig;             /* inner ones for an opened safety copy; NULL while it is sealed */
  GBytes *checkins, *sealed; char *sealed_minisig;
  guint8 digest[32];                          /* of the file that its minisig signs */
  TabellaBatch *batch;                        /* parsed ballots or NULL */
  char *quarantine;                           /* reason, or NULL */
} TabellaHeld;

/* A combined (or being answered) request. shared: one point each, NULL before t good shares are in. */
typedef struct {
  char *name; /* "checkins-0001" */
  TabellaPurpose purpose; TabellaRequest *request; GBytes *bytes; guint8 digest[32];
  GBytes *links; GBytes *tickets; /* purpose 2: link 112 ‖ style u16 each; T 16 each */
  GBytes *shares[32];             /* by trustee index − 1 */
  TabellaPoint *shared;
} TabellaAsked;

typedef struct {
  guint16 terminal; guint8 p[32]; gboolean accepted; char *reason;
} TabellaDecision;

typedef struct {
  TabellaManifest *manifest; TabellaCeremonyKeys keys; TabellaBallotContext *ctx; GPtrArray *amendments;
  GPtrArray *held;      /* TabellaHeld, ascending by terminal, number */
  GPtrArray *asked;     /* TabellaAsked, in order */
  GArray *decisions;    /* TabellaDecision, ascending by terminal, p */
  gboolean decisions_signed;
} TabellaEvidence;

TabellaEvidence *tabella_evidence_new (const char *folder, GError **error); /* manifest, keys, amendments of a folder; nothing held */
void tabella_evidence_free (TabellaEvidence *e);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaEvidence, tabella_evidence_free)

/* The batch of a terminal that counts (section 8.1): its final, or what an `ended` amendment names; NULL: none (ended at 0, not in yet, only safety
 * copies without an amendment, or a fork). *why (may be NULL): why there is none. */
TabellaHeld *tabella_evidence_last (const TabellaEvidence *e, const TabellaTerminalInfo *t, char **why);
/* Combines the shares of a request once t good ones are there (fills shared, tickets); bad shares are named in @bad (char*, may be NULL). FALSE with
 * STATE: too few. */
gboolean tabella_asked_combine (const TabellaEvidence *e, TabellaAsked *asked, GPtrArray *bad, GError **error);
