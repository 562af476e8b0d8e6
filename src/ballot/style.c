/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "style.h"

#include <string.h>
#include "must.h"

TabellaStyleShape *
tabella_style_shape_new (const TabellaElection *e, guint16 style)
{
  const TabellaStyle *definition = tabella_election_style (e, style);
  TabellaStyleShape *s;

  if (definition == NULL)
    return NULL;
  s = g_new0 (TabellaStyleShape, 1);
  s->contests = g_new0 (TabellaContestShape, MAX (definition->contests->len, 1));
  for (guint i = 0; i < definition->contests->len; i++) {
    guint16 index = g_array_index (definition->contests, guint16, i);
    const TabellaContest *contest = tabella_election_contest (e, index);

    s->contests[i] = (TabellaContestShape){ .options = (guint16)contest->options->len,
                                            .min = contest->min,
                                            .max = contest->max };
  }
  s->shape =
      (TabellaShape){ .n_contests = (guint16)definition->contests->len, .contests = s->contests };
  s->options = tabella_shape_options (&s->shape);
  s->body_size = tabella_shape_body_size (&s->shape);
  return s;
}

void
tabella_style_shape_free (TabellaStyleShape *s)
{
  if (s == NULL)
    return;
  g_free (s->contests);
  g_free (s);
}

TabellaBallotContext *
tabella_ballot_context_new (const TabellaManifest *m, const TabellaCeremonyKeys *keys)
{
  TabellaBallotContext *c = g_new0 (TabellaBallotContext, 1);

  memcpy (c->he, m->he, sizeof c->he);
  c->practice = m->practice;
  c->k = keys->k;
  c->k2 = keys->k2;
  c->election = m->election;
  TABELLA_MUST (m->election->styles->len > 0 && m->election->styles->len <= G_MAXUINT16);
  c->n_styles = (guint16)m->election->styles->len;
  c->styles = g_new0 (TabellaStyleShape *, c->n_styles);
  for (guint16 i = 0; i < c->n_styles; i++) {
    c->styles[i] = tabella_style_shape_new (m->election, i);
    c->max_body = MAX (c->max_body, c->styles[i]->body_size);
    c->max_options = MAX (c->max_options, c->styles[i]->options);
  }
  return c;
}

void
tabella_ballot_context_free (TabellaBallotContext *c)
{
  if (c == NULL)
    return;
  for (guint16 i = 0; i < c->n_styles; i++)
    tabella_style_shape_free (c->styles[i]);
  g_free (c->styles);
  g_free (c);
}
