/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inputs that stand at a reader's limits and are as bad as they can be: twice the input may take
 * about twice the time, not four times. Ratios only: how fast a machine is does not matter. Above
 * RATIO_MAX the program fails. */
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bytes.h"
#include "deck.h"
#include "files.h"
#include "journal.h"
#include "requests.h"
#include "roll-csv.h"
#include "terminals.h"

#define RATIO_MAX 3.0
#define TRIES     3 /* the fastest of each counts */

static TabellaElection *election;

static json_t *
draft (void)
{
  json_t *json = tabella_election_example ("referendum-2014", NULL);

  if (json == NULL)
    exit (1);
  return json;
}

/* --- Inputs of size n, and what reads them --- */

/* "[[],[],…]", of which nothing is wanted: each is an unknown value. */
static void
read_json (guint n)
{
  g_autoptr (GString) text = g_string_sized_new (3 * n + 8);
  g_autoptr (json_t) json = NULL;

  g_string_append (text, "[0");
  for (guint i = 0; i < n; i++)
    g_string_append (text, ",[]");
  g_string_append_c (text, ']');
  json = tabella_json_parse ("it", text->str, text->len, NULL);
}

/* An object of many names, all unknown: as many problems. */
static void
read_problems (guint n)
{
  static const char *const none[] = { NULL };
  g_autoptr (GString) text = g_string_new ("{\"\":0");
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = NULL;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, ",\"%x\":0", i);
  g_string_append_c (text, '}');
  json = tabella_json_parse ("it", text->str, text->len, NULL);
  tabella_json_only (json, "", none, problems);
}

static void
read_election (json_t *json)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (TabellaElection) e = tabella_election_parse (json, "", problems);
}

/* Units that merge in one long way, which ends in a circle. */
static void
read_units (guint n)
{
  g_autoptr (json_t) json = draft ();
  json_t *units = json_object_get (json, "units");

  for (guint i = 0; i < n; i++)
    json_array_append_new (units, json_pack ("{s:o,s:o}", "id", json_sprintf ("u-%u", i),
                                             "merge_into", json_sprintf ("u-%u", (i + 1) % n)));
  read_election (json);
}

/* Stations of one name. */
static void
read_stations (guint n)
{
  g_autoptr (json_t) json = draft ();
  json_t *stations = json_object_get (json, "stations");

  for (guint i = 0; i < n; i++)
    json_array_append (stations, json_array_get (stations, 0));
  read_election (json);
}

/* As many terminals as stations, all at one of them. */
static void
check_terminals (guint n)
{
  g_autoptr (json_t) json = draft ();
  json_t *stations = json_object_get (json, "stations");
  g_autoptr (GPtrArray) terminals =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_terminal_info_free);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (TabellaElection) e = NULL;

  while (json_array_size (stations) < n) {
    json_t *one = json_copy (json_array_get (stations, 0));

    json_object_set_new (one, "id", json_sprintf ("s-%zu", json_array_size (stations)));
    json_array_append_new (stations, one);
  }
  for (guint i = 1; i <= n; i++) {
    TabellaTerminalInfo *t = g_new0 (TabellaTerminalInfo, 1);

    t->index = (guint16)i;
    t->station = 1;
    t->role = TABELLA_ROLE_BOOTH;
    memcpy (t->ballot_key, &i, sizeof i);
    g_ptr_array_add (terminals, t);
  }
  e = tabella_election_parse (json, "", problems);
  if (e == NULL)
    exit (1);
  tabella_terminals_check (e, terminals, TRUE, problems);
  tabella_terminals_check_keys (terminals, problems);
}

/* The same voter on every line. */
static void
read_roll (guint n)
{
  static const char *const path = "bench-readers.csv";
  g_autoptr (GString) text = g_string_new ("id,name,style,station\n");
  g_auto (TabellaRollList) list = { 0 };
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  TabellaRollProblems problems = { kept, 0 };

  for (guint i = 0; i < n; i++)
    g_string_append (text, "A1234563,\"\"\"\"\"\"\"\"\"\",all,mong-kok\n");
  if (!g_file_set_contents (path, text->str, (gssize)text->len, NULL) ||
      !tabella_roll_csv_read (election, path, NULL, NULL, &list, &problems, NULL))
    exit (1);
  (void)!g_remove (path);
}

/* Challenges of as many voters, none of whom comes again. */
static void
read_deck (guint n)
{
  g_autoptr (GString) text = g_string_new ("terminal,id,kind,action,selections\n");
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) lines = NULL;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%u,A1234563,roll,challenge,motion-1=students\n", i % 65535 + 1);
  lines = tabella_deck_parse (election, text->str, text->len, problems);
}

static void
read_journal (guint n)
{
  static const guint8 he[32] = { 0 };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) lines = NULL;
  guint8 head[32];

  for (guint i = 0; i < n; i++)
    g_string_append (text, "{\"event\":\"unlocked\"}\n");
  lines = tabella_journal_parse (he, text->str, text->len, head, NULL);
}

/* A request of the tally that names one point again and again. */
static void
read_request (guint n)
{
  static TabellaPoint base;
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (TabellaRequest) request = NULL;
  TabellaScalar one;

  tabella_scalar_from_uint (&one, 1);
  tabella_point_mul_base (&base, &one);
  tabella_put_u8 (out, TABELLA_REQUEST_TALLY);
  tabella_put_u32 (out, n);
  for (guint i = 0; i < n; i++) {
    tabella_put_u16 (out, (guint16)(i >> 16));
    tabella_put_u16 (out, (guint16)i);
    tabella_put_u16 (out, 0);
    tabella_put (out, base.b, sizeof base.b);
  }
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&out));
  request = tabella_request_parse (bytes, NULL);
}

static const struct {
  const char *name;
  guint n;
  void (*run) (guint n);
} readers[] = {
  { "JSON of empty lists", 1000000, read_json },
  { "JSON of unknown fields", 400000, read_problems },
  { "units in one circle", 32000, read_units },
  { "stations of one name", 32000, read_stations },
  { "terminals at one station", 32000, check_terminals },
  { "a list of one voter", 400000, read_roll },
  { "a deck of challenges", 50000, read_deck },
  { "a journal of one event", 50000, read_journal },
  { "a request of one point", 20000, read_request },
};

static gint64
fastest (void (*run) (guint n), guint n)
{
  gint64 best = G_MAXINT64;

  for (guint i = 0; i < TRIES; i++) {
    gint64 start = g_get_monotonic_time ();

    run (n);
    best = MIN (best, g_get_monotonic_time () - start);
  }
  return best;
}

int
main (void)
{
  g_autoptr (json_t) json = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  int result = 0;

  tabella_crypto_init ();
  json = draft ();
  election = tabella_election_parse (json, "", problems);
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++) {
    gint64 half = fastest (readers[i].run, readers[i].n / 2);
    gint64 whole = fastest (readers[i].run, readers[i].n);
    double ratio = (double)whole / (double)MAX (half, 1);

    printf ("%-26s %7u: %.3f s, %.2f times the half\n", readers[i].name, readers[i].n,
            (double)whole / 1e6, ratio);
    if (ratio > RATIO_MAX)
      result = 1;
  }
  tabella_election_free (election);
  return result;
}
