/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A terminal that is locked, cut off or closed: its files, searched byte by byte, hold no number
 * and no name of a voter, no choice, no key and no passphrase, in no form; nor do those on its
 * stick. */
#include <string.h>
#include "checkin.h"
#include "files.h"
#include "listener.h"
#include "needles.h"
#include "practice.h"
#include "session.h"
#include "station-private.h"

#define COMBINED 6
#define OPTIONS  80 /* of the second contest */
#define CHOSEN   30
#define BEFORE   4 /* options before those, on this ballot */
#define FLAGS    (BEFORE + OPTIONS)
#define NOISE    (256 << 10)
#define PAGE     4096

static const char *const passphrases[] = { "Quixotic zephyrs jog", "Vexed nymphs go for waltz" };
static const char pin[] = "80386173";

typedef struct {
  Practice *practice;
  TabellaStation *s;
  char *dir, *stick;
  Needles *secrets;   /* must be nowhere */
  Needles *published; /* of a ballot that the voter had opened: what is in its record */
} World;

/* --- The election --- */

/* A long list, of which a choice is a pattern that is nowhere by chance. */
static void
lengthen (json_t *draft)
{
  json_t *motion = json_array_get (json_object_get (draft, "contests"), 1);
  json_t *options = json_array ();

  for (guint i = 0; i < OPTIONS; i++) {
    g_autofree char *id = g_strdup_printf ("c%02u", i), *name = g_strdup_printf ("Person %02u", i);

    json_array_append_new (
        options, json_pack ("{s:s, s:{s:s, s:s}}", "id", id, "text", "en", name, "zh_HK", name));
  }
  json_object_set_new (motion, "options", options);
  json_object_set_new (motion, "max", json_integer (CHOSEN));
}

static void
add_terminal (Needles *n, const TabellaStationKeys *keys)
{
  needles_add (n, "ballot key", keys->terminal->ballot_secret, 32);
  needles_add (n, "batch key", keys->terminal->batch_secret, 32);
  needles_add (n, "box key", keys->terminal->box_secret, 32);
  needles_add (n, "export secret", keys->terminal->export_secret, 32);
  needles_add (n, "roll key", keys->roll->roll_key, 32);
  needles_add (n, "ticket key", keys->roll->ticket_key, 32);
  for (guint i = 0; i < keys->roll->n; i++)
    needles_add (n, "slice key", keys->roll->slices[i].key, 32);
}

/* As a person's number is typed, kept and looked up. */
static void
add_person (World *w, const char *id)
{
  char normal[TABELLA_ID_MAX + 1];
  guint8 key[32];

  g_assert_cmpint (tabella_id_normalise (id, normal), ==, TABELLA_ID_OK);
  needles_add_text (w->secrets, "number", normal);
  tabella_record_key (w->s->keys->roll->slices[0].key, normal, key);
  needles_add (w->secrets, "key of a voter's record", key, 32);
}

static void
world_init (World *w)
{
  g_autofree char *stick = NULL, *enrolment = NULL;
  g_autoptr (TabellaPackage) package = NULL;
  TabellaTerminalSecrets *secrets;
  GError *error = NULL;
  char *code;

  *w = (World){ .practice = practice_new_changed (NULL, lengthen) };
  w->secrets = needles_new ();
  w->published = needles_new ();
  w->dir = practice_file (w->practice, "tablet");
  w->stick = practice_file (w->practice, "usb");
  g_assert_true (tabella_folder_make (w->stick, &error));
  w->s = tabella_station_open (w->dir, &error);
  tabella_station_set_cost (w->s, TABELLA_VAULT_REHEARSAL);
  secrets = tabella_simulated_secrets_load (w->practice->folder, COMBINED, &error);
  g_assert_true (tabella_station_enrol (w->s, "tablet", secrets, TRUE, &code, &enrolment, &error));
  needles_add_text (w->secrets, "setup code", code);
  stick = practice_file (w->practice, "stick");
  package = tabella_station_find_package (w->s, stick, &error);
  g_assert_true (tabella_station_install (w->s, package, &error));
  g_assert_true (tabella_station_first_opening (w->s, code, passphrases, 2, pin, &error));
  g_assert_no_error (error);
  tabella_setup_code_free (code);
  g_assert_true (tabella_station_zero_report (w->s, &error));
  g_assert_true (tabella_station_open_poll (w->s, &error));
  for (guint i = 0; i < 2; i++)
    needles_add_text (w->secrets, "passphrase", passphrases[i]);
  needles_add_text (w->secrets, "PIN", pin);
  add_terminal (w->secrets, w->s->keys);
}

static void
world_clear (World *w)
{
  tabella_station_free (w->s);
  practice_free (w->practice);
  needles_free (w->secrets);
  needles_free (w->published);
  g_free (w->dir);
  g_free (w->stick);
}

/* --- The day --- */

static void
arrive (World *w, guint n, guint8 ticket[TABELLA_TICKET_SHORT])
{
  g_autofree char *id = practice_id (n), *text = NULL;
  g_autoptr (TabellaAnswer) answer = NULL;
  GError *error = NULL;
  guint drawn;

  add_person (w, id);
  answer = tabella_checkin_look (w->s, id, &error);
  g_assert_no_error (error);
  if (answer->name != NULL)
    needles_add_text (w->secrets, "name", answer->name);
  listener_start (w->secrets, "scalar of a link");
  tabella_checkin_give (w->s, answer,
                        answer->name != NULL ? TABELLA_CHECKIN_ROLL : TABELLA_CHECKIN_WALKIN, 0,
                        ticket, &error);
  g_assert_no_error (error);
  /* Two, each drawn again until it is below the group's order. */
  drawn = listener_stop ();
  g_assert_true (answer->name != NULL ? drawn == 0 : drawn >= 2);
  text = tabella_ticket_text (ticket, FALSE);
  needles_add_text (w->secrets, "ticket", text);
  needles_add (w->secrets, "ticket", ticket, TABELLA_TICKET_SHORT);
}

/* A choice that is like no other. */
static void
choose (World *w, Needles *raw)
{
  TabellaSession *v = tabella_station_session (w->s);
  guint8 flags[FLAGS] = { 0 };

  g_assert_true (tabella_session_toggle (v, 0, 2));
  flags[2] = 1;
  while (tabella_session_n_chosen (v, 1) < CHOSEN) {
    const guint option = randombytes_uniform (OPTIONS);

    if (tabella_session_chosen (v, 1, option))
      continue;
    g_assert_true (tabella_session_toggle (v, 1, option));
    flags[BEFORE + option] = 1;
  }
  if (raw != NULL)
    needles_add_form (raw, "choice", "a byte each", flags, FLAGS, 48);
  else {
    needles_add_flags (w->secrets, "choice", flags, FLAGS);
    needles_add_flags (w->secrets, "choice of the list", flags + BEFORE, OPTIONS);
  }
}

/* Confirmed: the seed is known to this test alone. */
static void
confirm (World *w, Needles *to)
{
  GError *error = NULL;

  listener_start (to, "seed");
  g_assert_true (tabella_session_confirm (w->s, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (listener_stop (), ==, 1);
}

static void
begin (World *w, guint n)
{
  guint8 ticket[TABELLA_TICKET_SHORT];
  GError *error = NULL;

  arrive (w, n, ticket);
  g_assert_true (tabella_session_begin (w->s, ticket, &error));
  g_assert_no_error (error);
}

static void
cast (World *w)
{
  g_autofree char *text = NULL;
  GError *error = NULL;

  choose (w, NULL);
  confirm (w, w->secrets);
  g_assert_true (tabella_session_cast (w->s, &text, &error) && tabella_session_end (w->s, &error));
  g_assert_no_error (error);
}

static void
challenge (World *w)
{
  g_autofree char *text = NULL;
  GError *error = NULL;

  choose (w, w->published);
  confirm (w, w->published);
  g_assert_true (tabella_session_challenge (w->s, &text, &error));
  g_assert_no_error (error);
}

static void
stop_in_time (World *w, gboolean confirmed)
{
  GError *error = NULL;

  choose (w, NULL);
  if (confirmed)
    confirm (w, w->secrets);
  g_assert_true (confirmed ? tabella_session_end (w->s, &error)
                           : tabella_session_cancel (w->s, TABELLA_CANCEL_HELP, &error));
  g_assert_no_error (error);
}

/* Somebody who is only looked up. */
static void
ask (World *w, guint n)
{
  g_autofree char *id = practice_id (n);
  g_autoptr (TabellaAnswer) answer = NULL;
  GError *error = NULL;

  add_person (w, id);
  answer = tabella_checkin_look (w->s, id, &error);
  g_assert_no_error (error);
  tabella_checkin_doubt (w->s, answer);
}

static void
day (World *w)
{
  begin (w, 21); /* on the roll */
  cast (w);
  begin (w, 713859);
  challenge (w);
  cast (w);
  begin (w, 23);
  stop_in_time (w, FALSE);
  begin (w, 580417);
  stop_in_time (w, TRUE);
  ask (w, 24);
  ask (w, 936402);
}

/* --- The search --- */

static void
assert_nowhere (const World *w, const char *when)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  guint64 bytes = needles_search_folder (w->secrets, w->dir, found);

  bytes += needles_search_folder (w->secrets, w->stick, found);
  g_test_message ("%s: %u forms in %" G_GUINT64_FORMAT " bytes", when, needles_forms (w->secrets),
                  bytes);
  g_assert_cmpuint (bytes, >, 100000);
  if (found->len > 0)
    g_error ("%s, %u found: %s", when, found->len, (const char *)found->pdata[0]);
}

/* The opened ballot's seed and choice: where they belong, so that the search is seen to see. */
static void
assert_published (const World *w, const char *folder, const char *file, guint forms)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  needles_search_folder (w->published, folder, found);
  g_assert_cmpuint (found->len, ==, forms);
  for (guint i = 0; i < found->len; i++)
    g_assert_nonnull (strstr (found->pdata[i], file));
}

static void
lock (World *w)
{
  GError *error = NULL;
  const char *const wrong[] = { "Quixotic zephyrs jig" };

  g_assert_true (tabella_station_pin (w->s, pin, &error));
  g_assert_false (tabella_station_pin (w->s, "80386174", NULL));
  tabella_station_lock (w->s);
  assert_nowhere (w, "locked");
  assert_published (w, w->dir, "/box.db: ", 2);
  needles_add_text (w->secrets, "mistyped passphrase", wrong[0]);
  g_assert_false (tabella_station_unlock (w->s, wrong, 1, NULL));
  assert_nowhere (w, "after a wrong passphrase");
  g_assert_true (tabella_station_unlock (w->s, passphrases, 1, &error));
  g_assert_no_error (error);
}

static void
safety_copy (World *w)
{
  const TabellaStick stick = { .root = w->stick };
  g_autofree char *text = NULL;
  GError *error = NULL;

  g_assert_true (tabella_export_safety_copy (w->s, &stick, &text, &error));
  g_assert_no_error (error);
  assert_published (w, w->stick, "", 0); /* sealed whole */
}

/* Power is cut while a voter reviews the ballot: this is what is on the disk then. */
static void
cut (World *w)
{
  GError *error = NULL;

  begin (w, 25);
  choose (w, NULL);
  confirm (w, w->secrets);
  assert_nowhere (w, "with a voter at the tablet");
  tabella_station_free (w->s);
  w->s = tabella_station_open (w->dir, &error);
  g_assert_no_error (error);
  assert_nowhere (w, "started again");
  g_assert_true (tabella_station_unlock (w->s, passphrases, 1, &error));
  g_assert_no_error (error);
}

static void
close_poll (World *w)
{
  const TabellaStick stick = { .root = w->stick };
  g_autofree char *text = NULL;
  GError *error = NULL;

  g_assert_true (tabella_export_close (w->s, &error));
  g_assert_true (tabella_export_final (w->s, &stick, &text, &error));
  g_assert_no_error (error);
  tabella_station_lock (w->s);
  assert_nowhere (w, "closed");
  assert_published (w, w->stick, "batch-0002/ballots: ", 2);
}

static void
test_day (void)
{
  World w;

  world_init (&w);
  assert_nowhere (&w, "opened");
  day (&w);
  assert_nowhere (&w, "open");
  lock (&w);
  safety_copy (&w);
  cut (&w);
  close_poll (&w);
  world_clear (&w);
}

/* Each form of each secret is found, whole or cut in two by other bytes, in a file of noise. */
static void
test_planted (void)
{
  g_autofree guint8 *noise = g_malloc (NOISE);
  World w;
  guint planted = 0;

  world_init (&w);
  day (&w);
  randombytes_buf (noise, NOISE);
  for (guint i = 0; i < needles_forms (w.secrets); i++) {
    const char *name;
    gsize piece, size, cut_at;
    g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
    g_autofree char *wanted = NULL;
    g_autofree guint8 *page = g_memdup2 (noise, 3 * PAGE);
    GBytes *form = needles_form (w.secrets, i, &name, &piece);
    const guint8 *bytes = g_bytes_get_data (form, &size);

    needles_search (w.secrets, "noise", page, 3 * PAGE, found);
    g_assert_cmpuint (found->len, ==, 0);
    /* The first part ends a page, the rest begins the one after the next. */
    cut_at =
        size >= 2 * piece ? piece + randombytes_uniform ((guint32)(size - 2 * piece + 1)) : size;
    memcpy (page + PAGE - cut_at, bytes, cut_at);
    memcpy (page + 2 * PAGE, bytes + cut_at, size - cut_at);
    wanted = g_strdup_printf ("noise: %s", name);
    needles_search (w.secrets, "noise", page, 3 * PAGE, found);
    if (!g_ptr_array_find_with_equal_func (found, wanted, g_str_equal, NULL))
      g_error ("not found: %s", name);
    planted++;
  }
  g_test_message ("%u forms planted and found", planted);
  g_assert_cmpuint (planted, >, 400);
  world_clear (&w);
}

/* What the box stored in clear is found in its file; what it removed is not there any more, not
 * even in free space. */
static void
test_stored (void)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (Needles) one = needles_new ();
  g_autofree char *word = g_strnfill (3000, 'x'), *hex = NULL;
  GError *error = NULL;
  World w;

  world_init (&w);
  needles_add (one, "roll key", w.s->keys->roll->roll_key, 32);
  hex = g_malloc (65);
  sodium_bin2hex (hex, 65, w.s->keys->roll->roll_key, 32);
  g_assert_true (tabella_box_set (w.s->box, "hook", hex, &error));
  needles_search_folder (one, w.dir, found);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_true (g_str_has_suffix (found->pdata[0], "/box.db: roll key, base 16"));
  g_ptr_array_set_size (found, 0);
  g_assert_true (tabella_box_set (w.s->box, "other", word, &error));
  g_assert_true (tabella_box_set (w.s->box, "hook", NULL, &error));
  needles_search_folder (one, w.dir, found);
  g_assert_cmpuint (found->len, ==, 0);
  assert_nowhere (&w, "after it was removed");
  world_clear (&w);
}

int
main (int argc, char **argv)
{
  listener_install ();
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/locked/planted", test_planted);
  g_test_add_func ("/locked/stored", test_stored);
  g_test_add_func ("/locked/day", test_day);
  return g_test_run ();
}
