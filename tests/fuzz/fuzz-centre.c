/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the centre and a rehearsal read: decks, decisions, a record's result. */
#include "fuzz.h"

#include <string.h>
#include "deck.h"
#include "tally.h"
#include "verifier-private.h"

/* --- A rehearsal's deck: its lines are written and read again --- */

static char *
selections (const TabellaElection *e, const GArray *choices)
{
  GString *text = g_string_new (NULL);
  guint before = G_MAXUINT;

  for (guint i = 0; i < choices->len; i++) {
    const TabellaDeckChoice *c = &g_array_index (choices, TabellaDeckChoice, i);
    const TabellaContest *contest = tabella_election_contest (e, c->contest);

    if (c->contest != before)
      g_string_append_printf (text, "%s%s=", before == G_MAXUINT ? "" : ";", contest->id);
    else
      g_string_append_c (text, '+');
    g_string_append (text, ((const TabellaOption *)contest->options->pdata[c->option])->id);
    before = c->contest;
  }
  return g_string_free (text, FALSE);
}

static char *
write_deck (const TabellaElection *e, const GPtrArray *lines)
{
  static const char *const kinds[] = { "", "roll", "walkin", "provisional" };
  static const char *const actions[] = { "cast", "challenge", "leave" };
  GString *text = g_string_new ("terminal,id,kind,action,selections,style,booth,ticket\n");

  for (guint i = 0; i < lines->len; i++) {
    const TabellaDeckLine *l = lines->pdata[i];
    g_autofree char *chosen = selections (e, l->choices);
    g_autofree char *booth = l->booth == 0 ? g_strdup ("") : g_strdup_printf ("%u", l->booth);
    g_autofree char *ticket = l->ticket == 0 ? g_strdup ("") : g_strdup_printf ("%u", l->ticket);

    FUZZ_CHECK (l->number == i + 1 && l->ticket <= i);
    g_string_append_printf (text, "%u,%s,%s,%s,%s,%s,%s,%s\n", l->terminal, l->id, kinds[l->kind],
                            actions[l->action], chosen,
                            l->style < 0 ? "" : tabella_election_style (e, (guint16)l->style)->id,
                            booth, ticket);
  }
  return g_string_free (text, FALSE);
}

static void
check_same_line (const TabellaDeckLine *a, const TabellaDeckLine *b)
{
  FUZZ_CHECK (a->terminal == b->terminal && a->booth == b->booth && g_str_equal (a->id, b->id) &&
              a->kind == b->kind && a->action == b->action && a->style == b->style &&
              a->ticket == b->ticket && a->choices->len == b->choices->len);
  FUZZ_CHECK (a->choices->len == 0 || memcmp (a->choices->data, b->choices->data,
                                              a->choices->len * sizeof (TabellaDeckChoice)) == 0);
}

static gboolean
run_deck (const guint8 *bytes, gsize size)
{
  const TabellaElection *e = fuzz_hand ()->election;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) lines = tabella_deck_parse (e, (const char *)bytes, size, problems);
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *text = NULL;

  if (!fuzz_problems (problems->len == 0, problems))
    return FALSE;
  text = write_deck (e, lines);
  again = tabella_deck_parse (e, text, strlen (text), problems);
  FUZZ_CHECK (problems->len == 0 && again->len == lines->len);
  for (guint i = 0; i < lines->len; i++)
    check_same_line (lines->pdata[i], again->pdata[i]);
  return TRUE;
}

static void
seed_deck (void)
{
  const TabellaElection *e = fuzz_hand ()->election;
  const TabellaContest *motion = tabella_election_contest (e, 0);
  const char *yes = ((const TabellaOption *)motion->options->pdata[0])->id;
  g_autofree char *id = fixture_id (1), *other = fixture_id (2);
  g_autofree char *small = g_strdup_printf ("id,terminal,action,kind,selections\n"
                                            "%s,1,cast,roll,%s=%s\n",
                                            id, motion->id, yes);
  g_autofree char *large =
      g_strdup_printf ("\xEF\xBB\xBFterminal,id,kind,action,selections,style,booth,ticket\r\n"
                       "1,%s,provisional,challenge,\"%s=%s;board=ann+ben\",both,3,\r\n"
                       "1,%s,provisional,cast,board=cho,%s,3,1\r\n"
                       "65535,%s,walkin,leave,,,,\r\n",
                       id, motion->id, yes, id, tabella_election_style (e, 1)->id, other);

  fuzz_seed_text ("small", small);
  fuzz_seed_text ("large", large);
}

const FuzzTarget fuzz_deck = { "deck", NULL, run_deck, seed_deck, FUZZ_LINES };

/* --- decisions.json of a practice election, which needs no signature --- */

static TabellaEvidence *evidence;

/* As for amendments: an election id that stays. */
static void
prepare (void)
{
  g_autoptr (GError) error = NULL;

  evidence = tabella_evidence_new (fuzz_fixture ()->folder, &error);
  FUZZ_CHECK (evidence != NULL);
  memset (evidence->ctx->he, 0xA5, 32);
}

static gboolean
read_decisions (const guint8 *bytes, gsize size)
{
  g_autofree char *folder = fuzz_path (""), *path = fuzz_path ("decisions.json");
  g_autoptr (GError) error = NULL;

  g_array_set_size (evidence->decisions, 0);
  g_clear_pointer (&evidence->decisions_file, g_bytes_unref);
  fuzz_write (path, bytes, size);
  return fuzz_verdict (tabella_evidence_read_decisions (evidence, folder, &error), error);
}

static gboolean
run_decisions (const guint8 *bytes, gsize size)
{
  g_autofree char *text = NULL, *twice = NULL;

  if (!read_decisions (bytes, size))
    return FALSE;
  for (guint i = 0; i < evidence->decisions->len; i++) {
    const TabellaDecision *d = &g_array_index (evidence->decisions, TabellaDecision, i);

    FUZZ_CHECK (tabella_evidence_decision (evidence, d->terminal, d->p) == d);
  }
  text = tabella_decisions_text (evidence->ctx->he, evidence->decisions);
  FUZZ_CHECK (read_decisions ((const guint8 *)text, strlen (text)));
  twice = tabella_decisions_text (evidence->ctx->he, evidence->decisions);
  FUZZ_CHECK (g_str_equal (text, twice));
  return TRUE;
}

static void
seed_decisions (void)
{
  g_autoptr (GArray) list = g_array_new (FALSE, TRUE, sizeof (TabellaDecision));
  g_autofree char *none = tabella_decisions_text (evidence->ctx->he, list), *two = NULL;
  TabellaDecision d = {
    .terminal = 1, .p = { 7 }, .accepted = TRUE, .reason = "on the paper roll"
  };

  fuzz_seed_text ("none", none);
  g_array_append_val (list, d);
  d.terminal = 9;
  d.accepted = FALSE;
  g_array_append_val (list, d);
  two = tabella_decisions_text (evidence->ctx->he, list);
  fuzz_seed_text ("two", two);
}

const FuzzTarget fuzz_decisions = { "decisions", prepare, run_decisions, seed_decisions,
                                    FUZZ_JSON };

/* --- result.json of a record whose sums are known: only the true result passes --- */

#define BALLOTS 12
#define FOR     5 /* each contest's first option */

static TabellaVerifier verifier;

/* Unit 0 has every ballot of contest 0; of the others there are none. */
static void
prepare_result (void)
{
  TabellaVerifyGroup *g = g_new0 (TabellaVerifyGroup, 1);
  static TabellaPoint shared;

  prepare ();
  verifier.dir = fuzz_path ("");
  verifier.manifest = evidence->manifest;
  verifier.ctx = evidence->ctx;
  verifier.shared = &shared;
  verifier.strike_known = TRUE;
  verifier.groups = g_ptr_array_new ();
  g->n = (guint16)tabella_election_contest (evidence->manifest->election, 0)->options->len;
  g->ballots = BALLOTS;
  g->members = g_new0 (guint8, evidence->manifest->election->units->len);
  g->members[0] = 1;
  g->counts = g_new0 (guint64, g->n);
  g->counts[0] = FOR;
  g_ptr_array_add (verifier.groups, g);
}

static void
check_result (const guint8 *bytes, gsize size)
{
  g_autoptr (json_t) json = tabella_json_parse ("result.json", bytes, size, NULL);
  json_t *contest = json_array_get (json_object_get (json, "contests"), 0);
  json_t *option = json_array_get (json_object_get (contest, "options"), 0);

  FUZZ_CHECK (json_integer_value (json_object_get (contest, "ballots")) == BALLOTS);
  FUZZ_CHECK (json_integer_value (json_object_get (option, "count")) == FOR);
  FUZZ_CHECK (json_array_size (json_object_get (contest, "options")) ==
              ((const TabellaVerifyGroup *)verifier.groups->pdata[0])->n);
}

static gboolean
run_result (const guint8 *bytes, gsize size)
{
  TabellaVerifyFinding *f = &verifier.findings[16];
  g_autofree char *path = fuzz_path ("result.json");
  gboolean passed;

  fuzz_write (path, bytes, size);
  tabella_verify_result (&verifier);
  passed = f->problem == NULL;
  FUZZ_CHECK ((f->problems == 0) == passed && f->missing == NULL);
  if (passed)
    check_result (bytes, size);
  else
    fuzz_check_words (f->problem);
  g_clear_pointer (&f->problem, g_free);
  f->problems = 0;
  return passed;
}

static void
sum_free (TabellaUnitSum *s)
{
  g_array_unref (s->merged);
  g_free (s->counts);
  g_free (s);
}

/* Written by the centre, read by the verifier. */
static void
seed_result (void)
{
  const TabellaVerifyGroup *g = verifier.groups->pdata[0];
  g_autoptr (GPtrArray) sums = g_ptr_array_new_with_free_func ((GDestroyNotify)sum_free);
  TabellaUnitSum *s = g_new0 (TabellaUnitSum, 1);
  TabellaTally tally = { .sums = sums };
  TabellaDuplicateCounts counts = { .groups = 2, .paper = 1 };
  guint16 unit = 0;
  g_autofree char *text = NULL;

  s->n = g->n;
  s->ballots = BALLOTS;
  s->merged = g_array_new (FALSE, FALSE, sizeof (guint16));
  g_array_append_val (s->merged, unit);
  s->counts = g_memdup2 (g->counts, g->n * sizeof (guint64));
  g_ptr_array_add (sums, s);
  text = tabella_tally_result (evidence, &tally, &counts, 0);
  fuzz_seed_text ("true", text);
}

const FuzzTarget fuzz_result = { "result", prepare_result, run_result, seed_result, FUZZ_JSON };
