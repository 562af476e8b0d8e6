/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ballot-proof.h"
#include "manifest.h"

/* A style's shape with owned storage, built from the election. */
typedef struct {
  TabellaShape shape;
  TabellaContestShape *contests;
  gsize options, body_size;
} TabellaStyleShape;
TabellaStyleShape *
tabella_style_shape_new (const TabellaElection *e, guint16 style); /* NULL past the end */
void tabella_style_shape_free (TabellaStyleShape *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaStyleShape, tabella_style_shape_free)

/* Everything that checking ballots of one election needs, computed once: HE, K, all style shapes.
 * Thread-safe to read. */
typedef struct {
  guint8 he[32];
  gboolean practice;
  TabellaPoint k, k2;
  guint16 n_styles;
  TabellaStyleShape **styles;
  gsize max_body, max_options;
  const TabellaElection *election;
} TabellaBallotContext;
/* @m must outlive it. @keys: computed ones. */
TabellaBallotContext *
tabella_ballot_context_new (const TabellaManifest *m, const TabellaCeremonyKeys *keys);
void tabella_ballot_context_free (TabellaBallotContext *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaBallotContext, tabella_ballot_context_free)
