/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The roll at the size of a whole city: how long 800,000 made-up voters take to build, and one of
 * them to look up. Figures only: nothing here passes or fails by speed. An argument sets another
 * number of voters. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "files.h"
#include "must.h"
#include "roll.h"

#define VOTERS    800000
#define LOOK_UPS  20000
#define BUILD_MAX 60.0  /* seconds */
#define LOOK_MAX  0.001 /* seconds */

static void
must (gboolean done, GError *error)
{
  if (!done) {
    fprintf (stderr, "bench-roll: %s\n", error != NULL ? error->message : "failed");
    exit (1);
  }
}

/* The n-th made-up identity card number, with its check digit. */
static void
made_up_id (guint n, char id[16])
{
  guint number = n % 1000000, letter = n / 1000000 + 10;
  guint sum = 36 * 9 + letter * 8, rest = number, check;

  for (guint weight = 2; weight <= 7; weight++, rest /= 10)
    sum += rest % 10 * weight;
  check = (11 - sum % 11) % 11;
  g_snprintf (id, 16, "%c%06u%c", (char)('A' + letter - 10), number,
              check == 10 ? 'A' : (char)('0' + check));
}

static char *
write_list (const char *folder, const TabellaElection *e, guint voters)
{
  char *path = g_build_filename (folder, "list.csv", NULL);
  GString *text = g_string_new ("id,name,style,station\n");
  GError *error = NULL;

  for (guint n = 0; n < voters; n++) {
    const TabellaStationInfo *station = e->stations->pdata[n % e->stations->len];
    char id[16];

    made_up_id (n, id);
    g_string_append_printf (text, "%.7s(%c),\"CHAN, Tai Man %u\",,%s\r\n", id, id[7], n,
                            station->id);
  }
  must (tabella_file_write (path, text->str, text->len, 0600, &error), error);
  g_string_free (text, TRUE);
  return path;
}

static TabellaElection *
make_election (void)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;
  g_autoptr (json_t) json = tabella_election_example ("referendum-2014", &error);
  json_t *policies;
  TabellaElection *e;

  must (json != NULL, error);
  policies = json_object_get (json, "policies");
  json_object_set_new (policies, "voting", json_string ("anywhere"));
  json_object_set_new (policies, "duplicates", json_string ("lot"));
  e = tabella_election_parse (json, "", problems);
  must (tabella_problems_none ("election", problems, &error), error);
  return e;
}

static void
look_up (const char *folder, const TabellaTerminalSecrets *s, guint voters)
{
  g_autofree char *path = tabella_roll_keys_path (folder, 1);
  GError *error = NULL;
  g_autoptr (GBytes) sealed = tabella_file_read (path, 65536, &error), file = NULL;
  g_autoptr (TabellaRollKeys) keys = NULL;
  g_autoptr (TabellaSlice) slice = NULL;
  gint64 start;

  must (sealed != NULL, error);
  keys = tabella_roll_keys_open (sealed, s, &error);
  must (keys != NULL, error);
  start = g_get_monotonic_time ();
  file = tabella_roll_slice_load (folder, keys->slices[0].slice, TABELLA_SLICES_LIMIT, &error);
  must (file != NULL, error);
  slice = tabella_slice_parse (file, &error);
  must (slice != NULL && tabella_slice_count (slice) == voters, error);
  printf ("slice load and check: %.3f s for %.0f MB\n",
          (double)(g_get_monotonic_time () - start) / 1e6, (double)g_bytes_get_size (file) / 1e6);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < LOOK_UPS; i++) {
    g_autoptr (TabellaVoter) voter = NULL;
    guint8 p[32];
    char id[16];

    made_up_id (randombytes_uniform (voters), id);
    tabella_pseudonym (keys->roll_key, id, p);
    voter = tabella_slice_find (slice, keys->slices[0].key, p, id, &error);
    must (voter != NULL, error);
  }
  start = g_get_monotonic_time () - start;
  printf ("look-up: %.1f µs each, %.4f of the limit of 1 ms\n", (double)start / LOOK_UPS,
          (double)start / 1e6 / LOOK_UPS / LOOK_MAX);
}

int
main (int argc, char **argv)
{
  guint voters = argc > 1 ? (guint)atoi (argv[1]) : VOTERS;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("tabella-bench-XXXXXX", &error);
  g_autoptr (TabellaTerminalSecrets) secrets = NULL;
  g_autoptr (TabellaElection) e = NULL;
  g_autofree char *list = NULL;
  TabellaTerminalInfo info = { .simulated = TRUE, .label = (char *)"bench" };
  guint64 read = 0;
  guint16 index;
  gint64 start;

  tabella_crypto_init ();
  must (folder != NULL, error);
  e = make_election ();
  secrets = tabella_terminal_secrets_new ();
  memcpy (info.ballot_key, secrets->ballot_key, 32);
  memcpy (info.batch_key, secrets->batch_key, 32);
  memcpy (info.box_key, secrets->box_key, 32);
  must (tabella_terminals_enrol (folder, e, &info, 1, TABELLA_ROLE_COMBINED, 0x3FF, &index, &error),
        error);
  list = write_list (folder, e, voters);
  start = g_get_monotonic_time ();
  must (tabella_roll_build (folder, e, list, NULL, NULL, NULL, NULL, problems, &read, &error),
        error);
  start = g_get_monotonic_time () - start;
  printf ("roll of %u voters: %.2f s, %.3f of the limit of 60 s\n", voters, (double)start / 1e6,
          (double)start / 1e6 / BUILD_MAX);
  TABELLA_MUST (read == voters);
  look_up (folder, secrets, voters);
  must (tabella_folder_remove (folder, &error), error);
  return 0;
}
